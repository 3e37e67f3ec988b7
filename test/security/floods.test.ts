import { expect } from '@jest/globals';
import { attack, comeBack, openLogin, signIn } from '../support/attack';
import type { Reply } from '../support/browser';
import { count } from '../support/grant-scene';
import { RecordingStore } from '../support/stores';

/** The connections for token and userinfo calls that a strategy has, at most. */
const AUTH_CONNECTIONS = 64;
const TEN_MINUTES_MS = 600_000;

/** Does something a thousand times, fifty at once. */
async function thousandTimes(ask: (index: number) => Promise<Reply>): Promise<Reply[]> {
  const replies: Reply[] = [];
  for (let at = 0; at < 1_000; at += 50) {
    replies.push(...(await Promise.all(Array.from({ length: 50 }, (_, index) => ask(at + index)))));
  }
  return replies;
}

attack(
  'T1',
  'a thousand visits of the login route keep half a kilobyte each, for ten minutes, and no session',
  async ({ another }) => {
    const store = new RecordingStore();
    const app = await another({ session: { store } });
    const replies = await thousandTimes(() => app.browser().get('/login'));
    expect(count(replies.map(({ status }) => status))).toEqual({ 302: 1_000 });
    const records = Object.values(await store.records());
    expect([records.length, await store.sessionIds()]).toEqual([1_000, []]);
    expect(Math.max(...records.map((record) => JSON.stringify(record).length))).toBeLessThanOrEqual(512);
    const latest = Math.max(...records.map(({ cookie }) => Date.parse(String(Reflect.get(cookie, 'expires')))));
    expect(latest).toBeLessThanOrEqual(Date.now() + TEN_MINUTES_MS);
  },
  { timeoutMs: 60_000 },
);

attack(
  'T2',
  'a thousand made-up callbacks write nothing to the store and make no token call',
  async ({ another, emulator }) => {
    const store = new RecordingStore();
    const app = await another({ session: { store } });
    const replies = await thousandTimes((index) => {
      const state = String(index).padEnd(43, 'x');
      const browser = app.browser();
      // Half of them with the cookie that such a sign-in would have.
      if (index % 2 === 0) browser.cookies.set(`mc-sign-in-${state.slice(0, 8)}`, 'y'.repeat(43));
      return browser.get(`/callback?code=made-up&state=${state}`);
    });
    expect(replies.every(({ status }) => status >= 400 && status < 500)).toBe(true);
    expect([store.written, await store.records(), emulator.requestsTo('token').length]).toEqual([[], {}, 0]);
  },
  { timeoutMs: 60_000 },
);

attack(
  'T3',
  'eighty sign-ins that Marketing Cloud does not answer take so many connections and no more, and others go on',
  async ({ anotherBrowser, emulator, browser }) => {
    expect((await signIn(emulator, browser)).status).toBe(302);
    emulator.requests.clear();
    const callbacks = await Promise.all(
      Array.from({ length: 80 }, async () => {
        const visitor = anotherBrowser();
        const callback = await comeBack(emulator, await openLogin(visitor));
        return () => visitor.get(callback);
      }),
    );
    let answer = (): void => undefined;
    const until = new Promise<void>((resolve) => (answer = resolve));
    emulator.fault('token', { until, times: AUTH_CONNECTIONS });
    const signIns = Promise.all(callbacks.map((ask) => ask()));
    await emulator.requests.waitFor('token', AUTH_CONNECTIONS);
    expect((await browser.get('/api')).status).toBe(200);
    expect(emulator.requestsTo('token')).toHaveLength(AUTH_CONNECTIONS);
    answer();
    expect(count((await signIns).map(({ status }) => status))).toEqual({ 302: 80 });
    expect(emulator.requestsTo('token')).toHaveLength(80);
  },
  { signsIn: true, timeoutMs: 60_000 },
);
