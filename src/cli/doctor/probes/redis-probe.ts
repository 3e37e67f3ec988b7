import { DeadlineError } from '../../../http/call-error';
import { withTimeout } from '../../../with-timeout';
import { loadFromApp } from '../load-from-app';
import { explainFailure, type Failure } from '../network-failure';
import { PROBE_TIMEOUT_MS } from './probe-timeout';

/** What Redis says of itself. */
export interface RedisAnswer {
  /** The package whose client was used; undefined when the app has none. */
  readonly client: 'redis' | 'ioredis' | undefined;
  /** Why it could not be asked. */
  readonly failure?: Failure;
  /** The fields of `INFO`: https://redis.io/docs/latest/commands/info/ */
  readonly info: ReadonlyMap<string, string>;
  /** When it writes snapshots: `CONFIG GET save`. Undefined where that is not allowed. */
  readonly save: string | undefined;
}

/** A client of either package. */
interface Connection {
  readonly connect: () => Promise<unknown>;
  readonly send: (...command: [string, ...string[]]) => Promise<unknown>;
  readonly end: () => unknown;
}

type Method = (...args: unknown[]) => unknown;
type Client = Readonly<Record<string, Method | undefined>>;

/** By the word that an error of Redis begins with. */
const FAILURES: Readonly<Record<string, Failure>> = {
  NOAUTH: { what: 'wants a password', fix: 'Put it into REDIS_URL: redis://:PASSWORD@host:6379.' },
  WRONGPASS: { what: 'refuses the user or the password', fix: 'Correct user and password in REDIS_URL.' },
  NOPERM: {
    what: 'does not allow this user to read its state',
    fix: 'Allow the command INFO to this user, or ask for it with another one: ACL SETUSER … +info +config|get.',
  },
  LOADING: { what: 'is loading its data', fix: 'Wait until it has started, then run the doctor again.' },
};

/** Connects to Redis with the app's own client and reads its state. Nothing is written. */
export async function askRedis(folder: string, url: string): Promise<RedisAnswer> {
  const nothing = { info: new Map<string, string>(), save: undefined };
  const found = openClient(folder, url);
  if (found === undefined) return { client: undefined, ...nothing };
  const { client, connection } = found;
  try {
    return await withTimeout(
      PROBE_TIMEOUT_MS,
      async () => {
        await connection.connect();
        const info = parseInfo(toText(await connection.send('INFO')));
        return { client, info, save: await readSaveRule(connection) };
      },
      () => {
        throw new DeadlineError();
      },
    );
  } catch (error) {
    return { client, failure: explainFailure(error, FAILURES), ...nothing };
  } finally {
    connection.end();
  }
}

function openClient(folder: string, url: string): { client: 'redis' | 'ioredis'; connection: Connection } | undefined {
  const nodeRedis = loadFromApp(folder, 'redis')?.['createClient'];
  if (typeof nodeRedis === 'function') {
    const socket = { connectTimeout: PROBE_TIMEOUT_MS, reconnectStrategy: false };
    return { client: 'redis', connection: overNodeRedis((nodeRedis as Method)({ url, socket }) as Client) };
  }
  const IoRedis = loadFromApp(folder, 'ioredis')?.['Redis'];
  if (typeof IoRedis !== 'function') return undefined;
  const options = { lazyConnect: true, connectTimeout: PROBE_TIMEOUT_MS, maxRetriesPerRequest: 0, retryStrategy: null };
  return { client: 'ioredis', connection: overIoRedis(Reflect.construct(IoRedis, [url, options]) as Client) };
}

function overNodeRedis(client: Client): Connection {
  client['on']?.('error', () => undefined);
  return {
    connect: async () => await client['connect']?.(),
    send: async (...command) => await client['sendCommand']?.(command),
    // `destroy` since release 5; it throws where there is no connection.
    end: () => attempt(() => (client['destroy'] ?? client['disconnect'])?.call(client)),
  };
}

function overIoRedis(client: Client): Connection {
  // A connection that fails rejects `connect()` with a sentence; the event before has the code.
  let reason: unknown;
  client['on']?.('error', (error: unknown) => (reason = error));
  return {
    connect: async () => {
      try {
        await client['connect']?.();
      } catch (error) {
        throw reason ?? error;
      }
    },
    send: async (...command) => await client['call']?.(...command),
    end: () => attempt(() => client['disconnect']?.()),
  };
}

function attempt(end: () => unknown): void {
  try {
    Promise.resolve(end()).catch(() => undefined);
  } catch {
    // It is closed already.
  }
}

/** Managed Redis often refuses `CONFIG`. */
async function readSaveRule(connection: Connection): Promise<string | undefined> {
  try {
    const answer = await connection.send('CONFIG', 'GET', 'save');
    const value: unknown = Array.isArray(answer) ? answer[1] : (Object(answer) as { save?: unknown }).save;
    return typeof value === 'string' ? value : undefined;
  } catch {
    return undefined;
  }
}

function parseInfo(text: string): ReadonlyMap<string, string> {
  const lines = text.split(/\r?\n/).filter((line) => line.includes(':'));
  return new Map(lines.map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1)]));
}

function toText(reply: unknown): string {
  return Buffer.isBuffer(reply) ? reply.toString() : typeof reply === 'string' ? reply : '';
}
