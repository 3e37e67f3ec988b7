import { describe, expect, jest, test } from '@jest/globals';
import { Redis } from 'ioredis';
import { Pool } from 'pg';
import { createClient } from 'redis';
import { createClient as createClient4 } from 'redis4';
import { MarketingCloudError, SessionStoreVault, type Vault } from '../../src';
import { PostgresVault } from '../../src/postgres';
import { RedisVault } from '../../src/redis';
import { emulate, appAt } from '../support/scene';
import { RecordingStore, SharedStore } from '../support/stores';

/** A port without a server. */
const NO_SERVER = '127.0.0.1:1';

/** What the login route's error says where the vault is this one. */
async function loginErrorWith(vault: Vault): Promise<MarketingCloudError> {
  const app = await appAt(await emulate(), { strategy: { vault, vaultTimeout: 500 } });
  expect((await app.browser().get('/login')).status).toBe(503);
  const [error] = app.errors;
  if (!(error instanceof MarketingCloudError)) throw new Error('The login route gave another error.');
  return error;
}

const rejecting = (error: Error) => () => Promise.reject(error);
const redisThat = (error: Error) => new RedisVault({ client: { eval: rejecting(error), evalSha: rejecting(error) } });
const postgresThat = (error: Error) => new PostgresVault({ pool: { query: rejecting(error) } });

test.each([
  ['NOPERM', 'NOPERM User CANARY has no permissions to run the eval command', 'does not allow'],
  ['READONLY', "READONLY You can't write against a read only replica.", 'read-only'],
  ['LOADING', 'LOADING Redis is loading the dataset in memory', 'starting'],
  ['WRONGTYPE', 'WRONGTYPE Operation against a key holding the wrong kind of value CANARY', 'something else'],
  ['OOM', "OOM command not allowed when used memory > 'maxmemory'.", 'full'],
  ['NOAUTH', 'NOAUTH Authentication required.', 'login'],
  ['ERR', 'ERR CANARY', 'failed or did not answer'],
])('defect 33: Redis’s first word %s is kept, and nothing else of its text', async (word, message, sentence) => {
  const error = await loginErrorWith(redisThat(new Error(message)));
  expect(error.message).toContain(sentence);
  expect(error.cause).toMatchObject({ message: word });
  expect(JSON.stringify([error.message, error.hint, String(error.cause)])).not.toContain('CANARY');
});

test.each([
  ['42501', 'does not allow'],
  ['28P01', 'login'],
  ['25006', 'read-only'],
  ['53100', 'full'],
  ['57P03', 'starting'],
  ['XX000', 'failed or did not answer'],
])('defect 33: the SQLSTATE %s is kept', async (code, sentence) => {
  const error = await loginErrorWith(postgresThat(Object.assign(new Error('CANARY'), { code, detail: 'CANARY' })));
  expect(error.message).toContain(sentence);
  expect(error.cause).toMatchObject({ message: code, code });
});

test('defect 33: the table that is missing is named, with its SQLSTATE', async () => {
  const error = await loginErrorWith(postgresThat(Object.assign(new Error('CANARY'), { code: '42P01' })));
  expect(error.hint).toContain('migrate()');
  expect(error.cause).toMatchObject({ code: '42P01' });
});

test('case V3: a Redis that refuses writes for want of memory is reported, with the policy that keeps grants safe', async () => {
  const error = await loginErrorWith(redisThat(new Error("OOM command not allowed when used memory > 'maxmemory'.")));
  expect(error.hint).toContain('maxmemory-policy noeviction');
});

test('defect 33: a word that Redis does not have is not kept', async () => {
  const error = await loginErrorWith(redisThat(new Error('CANARY of the store')));
  expect(error.cause).toMatchObject({ message: 'Error' });
});

describe('case V1: a client that cannot work', () => {
  test('a node-redis client that was not connected is told to be connected', async () => {
    const error = await loginErrorWith(new RedisVault({ client: createClient() }));
    expect([error.message, error.hint]).toEqual([
      expect.stringContaining('not connected'),
      expect.stringContaining('await client.connect()'),
    ]);
  });

  test('an ioredis client whose server is away says that the server cannot be reached', async () => {
    const client = new Redis(`redis://${NO_SERVER}`, { maxRetriesPerRequest: 0, retryStrategy: () => null });
    client.on('error', () => undefined);
    const error = await loginErrorWith(new RedisVault({ client }));
    expect(error.message).toMatch(/cannot be reached|not connected/);
    client.disconnect();
  });

  test('a client that waits for its server is reported after the time for a vault call', async () => {
    const client = createClient({ url: `redis://${NO_SERVER}` });
    client.on('error', () => undefined);
    const connecting = client.connect().catch(() => undefined);
    const error = await loginErrorWith(new RedisVault({ client }));
    expect([error.message, error.hint]).toEqual([
      expect.stringContaining('did not answer within 500 ms'),
      expect.stringContaining('not connected yet'),
    ]);
    client.destroy();
    await connecting;
  });

  test('a PostgreSQL that is away, or a pool that was ended, is reported', async () => {
    const pool = new Pool({ connectionString: `postgres://${NO_SERVER}/x` });
    expect((await loginErrorWith(new PostgresVault({ pool }))).message).toContain('cannot be reached');
    await pool.end();
    expect((await loginErrorWith(new PostgresVault({ pool }))).message).toContain('has been ended');
  });

  test.each([
    ['the Redis client itself', () => new RedisVault(createClient() as never), 'write new RedisVault({ client })'],
    [
      'the ioredis client itself',
      () => new RedisVault(new Redis({ lazyConnect: true }) as never),
      'write new RedisVault({ client })',
    ],
    ['the pool itself', () => new PostgresVault(new Pool() as never), 'write new PostgresVault({ pool })'],
    [
      'a store in an object',
      () => new SessionStoreVault({ store: new RecordingStore() } as never),
      'new SessionStoreVault(store)',
    ],
    [
      'a client in legacy mode',
      () => new RedisVault({ client: createClient4({ legacyMode: true }) }),
      'must answer by promises',
    ],
    [
      'the legacy side of a client',
      () => new RedisVault({ client: createClient().legacy() as never }),
      'must answer by promises',
    ],
    [
      'a misspelt option',
      () => new RedisVault({ client: createClient(), prefx: 'x' } as never),
      'did you mean prefix?',
    ],
  ])('%s is refused with the fix', (_what, make, fix) => {
    expect(make).toThrow(TypeError);
    expect(make).toThrow(fix);
  });

  test('a client that turns out to answer by callbacks is reported at the first call', async () => {
    const client = { eval: () => undefined, evalSha: () => undefined };
    const error = await loginErrorWith(new RedisVault({ client: client as never }));
    expect(error.message).toContain('by callbacks');
  });

  test('cookie-session in place of express-session is named', async () => {
    const app = await appAt(await emulate(), {
      session: false,
      before: (express) => {
        express.use((req, _res, next) => {
          Reflect.set(req, 'session', { isNew: true, isPopulated: false, isChanged: false });
          next();
        });
      },
    });
    expect((await app.browser().get('/login')).status).toBe(503);
    expect(app.errors).toEqual([
      expect.objectContaining({
        code: 'session_unavailable',
        message: expect.stringContaining('cookie-session'),
        hint: expect.stringContaining('Use express-session'),
      }),
    ]);
  });
});

describe('case V2: sessions in memory beside a vault that processes share', () => {
  /** The warnings of two requests to the login route. */
  async function warningsAt(vault: Vault, store: RecordingStore | SharedStore, env = 'production'): Promise<string[]> {
    const emitWarning = jest.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
    const app = await appAt(await emulate(), {
      strategy: { vault, vaultTimeout: 500 },
      session: { store },
      before: (express) => void express.set('env', env),
    });
    for (const _time of [1, 2]) await app.browser().get('/me');
    const codes = emitWarning.mock.calls.map(([, options]) => String(Reflect.get(Object(options) as object, 'code')));
    emitWarning.mockRestore();
    return codes;
  }
  const shared = (): Vault => redisThat(new Error('away'));

  test.each(['production', 'development'])('are warned of once in %s', async (env) => {
    expect(await warningsAt(shared(), new RecordingStore(), env)).toEqual(['MARKETING_CLOUD_MEMORY_SESSIONS']);
  });

  test.each([
    ['where the sessions are shared too', shared, new SharedStore()],
    ['where the vault is the session store', () => new SessionStoreVault(), new RecordingStore()],
  ])('are not warned of %s', async (_where, vault, store) => {
    expect(await warningsAt(vault(), store)).toEqual([]);
  });
});
