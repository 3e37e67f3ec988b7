import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { expect, test } from '@jest/globals';
import { comeBack, openLogin } from '../support/attack';
import { Door } from '../support/door';
import { appAt, emulate } from '../support/scene';
import { away, UnreliableVault } from '../support/unreliable-vault';

/** A browser whose callback is about to come, at an app with a vault that a test can get in the way of. */
async function callbackAt(vaultTimeout = 100) {
  const vault = new UnreliableVault();
  const emulator = await emulate();
  const app = await appAt(emulator, { strategy: { vault, vaultTimeout } });
  const browser = app.browser();
  const callback = await comeBack(emulator, await openLogin(browser));
  return { vault, emulator, app, browser, callback };
}

test('defect 14, defect 25: a callback whose consume was answered too late succeeds when it is loaded again', async () => {
  const { vault, emulator, browser, callback } = await callbackAt();
  const late = new Door();
  vault.after = (operation) => (operation === 'consume' ? late.pass() : undefined);
  expect((await browser.get(callback)).status).toBe(503);
  vault.after = undefined;
  late.open();
  expect((await browser.get(callback)).location).toBe('/home');
  expect(emulator.requestsTo('token')).toHaveLength(1);
});

test('defect 14: copies of a callback whose consume was answered too late make one token call in all', async () => {
  const { vault, emulator, browser, callback } = await callbackAt(300);
  const late = new Door();
  vault.after = (operation) => (operation === 'consume' ? late.pass() : undefined);
  expect((await browser.get(callback)).status).toBe(503);
  vault.after = undefined;
  late.open();
  const copies = await Promise.all(Array.from({ length: 5 }, () => browser.get(callback)));
  expect(copies.filter(({ status }) => status === 302)).toHaveLength(1);
  expect(emulator.requestsTo('token')).toHaveLength(1);
});

test.each(['create', 'consume'] as const)(
  'defect 33: a vault that fails at the %s of a sign-in is published as unavailable',
  async (operation) => {
    const { vault, browser, callback } = await callbackAt();
    const events: unknown[] = [];
    const keep = (event: unknown): void => void events.push(event);
    subscribe('passport-marketing-cloud:vault-unavailable', keep);
    vault.before = away;
    expect((await browser.get(operation === 'create' ? '/login' : callback)).status).toBe(503);
    unsubscribe('passport-marketing-cloud:vault-unavailable', keep);
    expect(events).toEqual([{ strategy: 'marketing-cloud', operation }]);
  },
);
