import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import { Readable } from 'node:stream';
import session, { type SessionData } from 'express-session';
import passport from 'passport';
import { Strategy, type StrategyOptions } from '../../src';

const SUBDOMAIN = 'mcendurance';
const TOKEN_LIFE_MS = 1_079_000;

type AppRequest = IncomingMessage & {
  session: session.Session & Partial<SessionData>;
  sessionID: string;
  sessionStore: session.MemoryStore;
  originalUrl: string;
  res?: ServerResponse;
};

/**
 * Run as a process of its own, with `--expose-gc`: so many sign-ins, each with a refresh and a sign-out, one after
 * another and without sockets, so that what grows is ours. Prints the heap after the first tenth and at the end, in
 * bytes, as JSON.
 */
async function main(times: number): Promise<void> {
  let now = Date.now();
  let issued = 0;
  const dispatcher = {
    request: ({ path }: { path: string }) =>
      Promise.resolve(answer(path.endsWith('/token') ? tokens(issued++) : USERINFO)),
  };
  const strategy = new Strategy({
    ...{ subdomain: SUBDOMAIN, clientID: 'client', clientSecret: 'secret', scope: ['offline'] },
    callbackURL: 'http://127.0.0.1/cb',
    baseUrlTemplate: 'https://{subdomain}.{service}.marketingcloud.example',
    clock: () => now,
    dispatcher: dispatcher as unknown as NonNullable<StrategyOptions['dispatcher']>,
  });
  const app = new passport.Passport();
  app.use(strategy);
  app.serializeUser((user, done) => done(null, user));
  const store = new session.MemoryStore();
  const authenticate = app.authenticate('marketing-cloud', {}) as (req: unknown, res: unknown, next: unknown) => void;

  /** One pass through Passport: where it redirects to, or undefined when it goes on. */
  const pass = (req: AppRequest): Promise<string | undefined> =>
    new Promise((resolve, reject) => {
      const res = new ServerResponse(req);
      Object.assign(req, { res });
      res.end = () => {
        resolve(String(res.getHeader('location')));
        return res;
      };
      authenticate(req, res, (error?: Error) => (error === undefined ? resolve(undefined) : reject(error)));
    });

  const cycle = async (): Promise<void> => {
    const login = requestTo('/login', store);
    const state = new URL((await pass(login)) ?? '').searchParams.get('state') ?? '';
    const callback = requestTo(`/cb?code=code&state=${state}`, store, login);
    callback.headers.cookie = String(login.res?.getHeader('set-cookie')).split(';')[0];
    await pass(callback);
    const { grantId } = (callback as unknown as { authInfo: { grantId: string } }).authInfo;
    now += TOKEN_LIFE_MS;
    await strategy.credentials(grantId);
    await strategy.forget(grantId);
    await Promise.all([login, callback].map(({ sessionID }) => new Promise((done) => store.destroy(sessionID, done))));
  };

  const heaps: number[] = [];
  for (let done = 0; done < times; done += 1) {
    if (done === times / 10) heaps.push(heap());
    await cycle();
  }
  heaps.push(heap());
  process.stdout.write(JSON.stringify({ heaps, tokenCalls: issued }));
}

function requestTo(url: string, store: session.MemoryStore, before?: AppRequest): AppRequest {
  const req = new IncomingMessage(new Socket()) as AppRequest;
  Object.assign(req, { url, originalUrl: url, method: 'GET', sessionStore: store });
  (store as unknown as { generate: (req: unknown) => void }).generate = (target) => {
    const made = target as AppRequest;
    made.sessionID = `session-${Math.random()}`;
    made.session = new Sessions.Session(made);
    made.session.cookie = new Sessions.Cookie({ secure: false });
  };
  if (before === undefined) (store as unknown as { generate: (req: unknown) => void }).generate(req);
  else Object.assign(req, { session: before.session, sessionID: before.sessionID });
  return req;
}

const Sessions = session as unknown as {
  Session: new (req: unknown) => AppRequest['session'];
  Cookie: new (options: object) => AppRequest['session']['cookie'];
};

function answer(body: object): object {
  return {
    statusCode: 200,
    headers: { 'content-type': 'application/json' },
    body: Readable.from([Buffer.from(JSON.stringify(body))]),
  };
}

function tokens(number: number): object {
  return {
    ...{ access_token: `a${number}`.padEnd(512, 'x'), refresh_token: `r${number}`.padEnd(512, 'x') },
    ...{ token_type: 'Bearer', expires_in: TOKEN_LIFE_MS / 1000, scope: 'offline' },
    rest_instance_url: `https://${SUBDOMAIN}.rest.marketingcloud.example/`,
    soap_instance_url: `https://${SUBDOMAIN}.soap.marketingcloud.example/`,
  };
}

const USERINFO = {
  user: {
    sub: '1',
    name: 'A User',
    preferred_username: 'user',
    email: 'user@example.com',
    locale: 'en-US',
    zoneinfo: 'UTC',
  },
  organization: {
    member_id: 1,
    enterprise_id: 1,
    enterprise_name: 'E',
    account_type: 'enterprise',
    stack_key: 'S1',
    region: 'NA1',
  },
  rest: {
    rest_instance_url: `https://${SUBDOMAIN}.rest.marketingcloud.example/`,
    soap_instance_url: `https://${SUBDOMAIN}.soap.marketingcloud.example/`,
  },
  application: { id: '1', name: 'app' },
  permissions: [],
};

function heap(): number {
  globalThis.gc?.();
  return process.memoryUsage().heapUsed;
}

main(Number(process.argv[2])).catch((error: unknown) => {
  process.stderr.write(String((error as Error).stack));
  process.exitCode = 1;
});
