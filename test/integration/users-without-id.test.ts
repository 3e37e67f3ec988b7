import type { SessionData } from 'express-session';
import { expect, test } from '@jest/globals';
import { signIn } from '../support/attack';
import { appAt, emulate } from '../support/scene';
import { RecordingStore } from '../support/stores';

type Verify = (access: string, refresh: string, profile: object, done: (error: null, user: object) => void) => void;

const verifyAs =
  (user: object): Verify =>
  (_access, _refresh, _profile, done) =>
    done(null, user);

/** The members in another order, as `jsonb` of PostgreSQL has one of its own. */
function reorder(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  const members = Object.entries(value).map(([name, one]): [string, unknown] => [name, reorder(one)]);
  return Object.fromEntries(members.reverse());
}

/** A session store that parses its records. */
class ParsingStore extends RecordingStore {
  override get(sid: string, done: (error: unknown, data?: SessionData | null) => void): void {
    super.get(sid, (error: unknown, data?: SessionData | null) => done(error, reorder(data) as SessionData));
  }
}

/** A session store whose client refuses `undefined`, as those of document stores do. */
class DocumentStore extends RecordingStore {
  override set(sid: string, data: SessionData, done?: (error?: unknown) => void): void {
    const absent = ['passport', 'marketingCloud'].flatMap((name) => namesOfAbsent(Reflect.get(data, name)));
    if (absent.length === 0) super.set(sid, data, done);
    else done?.(new Error(`Undefined: ${absent.join()}`));
  }
}

function namesOfAbsent(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, one]) => (one === undefined ? [name] : namesOfAbsent(one)));
}

test.each<readonly [string, RecordingStore]>([
  ['that gives the members of a record in another order', new ParsingStore()],
  ['that refuses undefined', new DocumentStore()],
])('a user without an id stays signed in on a store %s', async (_what, store) => {
  const emulator = await emulate();
  const user = { email: 'maya@example.com', displayName: 'Maya', unit: { name: 'Europe', number: 7 } };
  const app = await appAt(emulator, { session: { store }, verify: verifyAs(user) });
  const browser = app.browser();
  await signIn(emulator, browser);
  expect((await browser.get('/api')).status).toBe(200);
});

test.each([
  ['an empty id', ''],
  ['the id zero', 0],
  ['no number as id', Number.NaN],
])('users who all have %s are told apart: another one does not get the grant', async (_what, id) => {
  const emulator = await emulate();
  const app = await appAt(emulator, {
    verify: verifyAs({ id, displayName: 'Anna' }),
    routes: (express) => {
      express.get('/boris', (req, res, next) => {
        req.login({ id, displayName: 'Boris' } as unknown as Express.User, (error) => {
          if (error === undefined) res.json(req.marketingCloud.connected);
          else next(error);
        });
      });
    },
  });
  const browser = app.browser();
  await signIn(emulator, browser);
  expect((await browser.get('/boris')).text).toBe('false');
  expect((await browser.get('/api')).status).toBe(401);
});
