import { expect, test } from '@jest/globals';
import { comeBack, openLogin } from '../support/attack';
import { appAt, emulate } from '../support/scene';

test('userinfo goes over the token call’s own connection, also when that one was new', async () => {
  const emulator = await emulate();
  const app = await appAt(emulator);
  const browser = app.browser();
  expect((await browser.get(await comeBack(emulator, await openLogin(browser)))).status).toBe(302);
  const ports = ['token', 'userinfo'].map((endpoint) => emulator.requests.last(endpoint as 'token')?.remotePort);
  expect(ports[0]).toBeDefined();
  expect(ports[1]).toBe(ports[0]);
});

test('twenty sign-ins at once need no more connections than there are sign-ins', async () => {
  const emulator = await emulate();
  const app = await appAt(emulator);
  const callbacks = await Promise.all(
    Array.from({ length: 20 }, async () => {
      const browser = app.browser();
      const callback = await comeBack(emulator, await openLogin(browser));
      return () => browser.get(callback);
    }),
  );
  const replies = await Promise.all(callbacks.map((call) => call()));
  expect(replies.map(({ status }) => status)).toEqual(Array.from({ length: 20 }, () => 302));
  const ports = [...emulator.requestsTo('token'), ...emulator.requestsTo('userinfo')].map(
    ({ remotePort }) => remotePort,
  );
  expect(new Set(ports).size).toBeLessThanOrEqual(20);
});
