import { createHash } from 'node:crypto';
import { afterEach } from '@jest/globals';
import { Strategy, type StrategyOptions } from 'passport-marketing-cloud';
import request from 'supertest';
import { CALLBACK } from './emulate';
import { fieldsOf, textOf, type Fields } from './fields';
import { signInThroughForms } from './forms-browser';
import { startShim, type Shim, type Upstream } from './shim';
import { strategyApp } from './strategy-app';

/** The client as it is registered with another project's server. */
export const CLIENT = {
  client_id: 'campaign-desk',
  client_secret: 'a-secret-of-the-campaign-desk',
  redirect_uri: CALLBACK,
};

/** Options that differ from those of the other tests. */
export type StrategyChanges = Pick<StrategyOptions, 'clientSecret' | 'pkce'>;

/** An app with the strategy, a browser in front of it, and a shim behind it. */
export interface Scene {
  readonly agent: ReturnType<typeof request.agent>;
  /** Another browser, in front of the same app. */
  readonly stranger: ReturnType<typeof request.agent>;
  readonly shim: Shim;
  /** One request of the browser, and the JSON of the answer. */
  readonly read: (path: string) => Promise<{ readonly status: number; readonly body: Fields }>;
  /** Moves the strategy's clock. */
  readonly advance: (ms: number) => void;
  /** Opens the login route: where it leads, to the authorization server. */
  readonly begin: () => Promise<URL>;
  /** Begins, and goes through the server's pages: path and query of the callback. */
  readonly callback: () => Promise<string>;
  /** All of it: the app's callback has to lead to its front page. */
  readonly signIn: () => Promise<void>;
}

const strategies: Strategy[] = [];

afterEach(async () => {
  await Promise.all(strategies.splice(0).map((strategy) => strategy.close()));
});

/** Sets up an app in front of an authorization server. It ends with the test. */
export async function setScene(
  upstream: Upstream,
  { filledIn, ...options }: StrategyChanges & { readonly filledIn?: Record<string, string> } = {},
): Promise<Scene> {
  const shim = await startShim(upstream);
  let movedMs = 0;
  const strategy = new Strategy({
    subdomain: 'another-server',
    clientID: CLIENT.client_id,
    clientSecret: CLIENT.client_secret,
    callbackURL: CLIENT.redirect_uri,
    scope: ['openid', 'profile', 'email'],
    baseUrlTemplate: shim.baseUrlTemplate,
    clock: () => Date.now() + movedMs,
    ...options,
  });
  strategies.push(strategy);
  const app = strategyApp(strategy);
  const agent = request.agent(app);
  const begin = async (): Promise<URL> => new URL(textOf((await agent.get('/login').expect(302)).headers, 'location'));
  const callback = async (): Promise<string> => {
    const { pathname, search } = new URL(await signInThroughForms((await begin()).href, CALLBACK, filledIn));
    return `${pathname}${search}`;
  };
  return {
    agent,
    stranger: request.agent(app),
    shim,
    read: async (path) => {
      const { status, body } = (await agent.get(path)) as { status: number; body: unknown };
      return { status, body: fieldsOf(body) };
    },
    advance: (ms) => (movedMs += ms),
    begin,
    callback,
    signIn: async () => {
      await agent
        .get(await callback())
        .expect(302)
        .expect('location', '/');
    },
  };
}

/** The S256 challenge of a verifier. */
export function challengeOf(verifier: unknown): string {
  return createHash('sha256').update(String(verifier)).digest('base64url');
}
