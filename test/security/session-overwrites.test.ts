import { expect } from '@jest/globals';
import type { SessionOptions } from 'express-session';
import type { Emulator } from '../../src/emulator';
import { attack, signIn, type AttackOptions } from '../support/attack';
import { Door } from '../support/door';
import { sessionIdOf } from '../support/session-cookie';
import { RecordingStore, SlowStore } from '../support/stores';

/** An app with slow routes, whose requests wait at the door that is there when they come. */
function slowApp(session: Partial<SessionOptions>, door: () => Door): NonNullable<AttackOptions['app']> {
  return {
    session,
    routes: (express) => {
      express.get('/slow', (req, res, next) => {
        const { write } = req.query;
        door()
          .pass()
          .then(() => {
            if (typeof write === 'string') Reflect.set(req.session, write, true);
            res.end();
          })
          .catch(next);
      });
    },
  };
}

/** The refresh tokens that were sent, oldest first, by how they end. */
function sentBy(emulator: Emulator): string[] {
  return emulator
    .requestsTo('token')
    .map(({ body }) => (body as { refresh_token?: string }).refresh_token)
    .flatMap((token) => (token === undefined ? [] : [token]));
}

/** Longer than an access token lives. */
const TOKEN_LIFE_MS = 1_100_000;

/** Every refresh had the newest token, once: Marketing Cloud takes no other. */
function expectUnbroken(emulator: Emulator, refreshes: number): void {
  const sent = sentBy(emulator);
  expect([sent.length, new Set(sent).size]).toEqual([refreshes, refreshes]);
  expect(emulator.requestsTo('token').map(({ status }) => status)).toEqual(Array(refreshes + 1).fill(200));
}

const SESSIONS: Readonly<Record<string, () => Partial<SessionOptions> & { readonly store: RecordingStore }>> = {
  'as recommended': () => ({ store: new RecordingStore() }),
  'that is saved by every request': () => ({
    store: new RecordingStore(),
    resave: true,
    rolling: true,
    saveUninitialized: true,
    cookie: { maxAge: 3_600_000 },
  }),
  'in a slow store': () => ({ store: new SlowStore(60) }),
};

for (const [how, make] of Object.entries(SESSIONS)) {
  const session = make();
  let door = new Door();
  let aheadMs = 0;
  const app = { ...slowApp(session, () => door), strategy: { clock: () => Date.now() + aheadMs } };

  attack(
    'J10',
    `a slow request that writes a session ${how} after a refresh leaves the newest refresh token where it is`,
    async ({ emulator, browser, anotherBrowser }) => {
      await signIn(emulator, browser);
      const sent = { cookie: browser.cookie };
      for (const target of ['/slow?write=one', '/slow', '/slow?write=two']) {
        door = new Door();
        const slow = anotherBrowser().get(target, sent);
        await door.arrived;
        aheadMs += TOKEN_LIFE_MS;
        expect((await browser.get('/api')).status).toBe(200);
        session.store.written.length = 0;
        door.open();
        expect((await slow).status).toBe(200);
        const writes = target !== '/slow' || session.resave === true;
        expect([target, session.store.written]).toEqual([target, writes ? [sessionIdOf(browser)] : []]);
      }
      aheadMs += TOKEN_LIFE_MS;
      expect((await browser.get('/api')).status).toBe(200);
      expectUnbroken(emulator, 4);
    },
    { app, signsIn: true },
  );

  attack(
    'J10b',
    `nor does one that writes a session ${how} while the refresh is under way`,
    async ({ emulator, browser, anotherBrowser }) => {
      await signIn(emulator, browser);
      const sent = { cookie: browser.cookie };
      door = new Door();
      const slow = anotherBrowser().get('/slow?write=before', sent);
      await door.arrived;
      aheadMs += TOKEN_LIFE_MS;
      const answer = new Door();
      emulator.fault('token', { until: answer.opened, times: 1 });
      const refreshing = anotherBrowser().get('/api', sent);
      await emulator.requests.waitFor('token', 2);
      session.store.written.length = 0;
      door.open();
      expect((await slow).status).toBe(200);
      expect((await browser.get('/slow?write=during')).status).toBe(200);
      expect(session.store.written).toEqual([sessionIdOf(browser), sessionIdOf(browser)]);
      answer.open();
      expect((await refreshing).status).toBe(200);
      expect((await browser.get('/slow?write=after')).status).toBe(200);

      aheadMs += TOKEN_LIFE_MS;
      expect((await browser.get('/api')).status).toBe(200);
      expectUnbroken(emulator, 2);
    },
    { app, signsIn: true },
  );
}
