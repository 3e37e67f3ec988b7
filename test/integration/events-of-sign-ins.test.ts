import { createHash } from 'node:crypto';
import { execFile } from 'node:child_process';
import { subscribe } from 'node:diagnostics_channel';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from '@jest/globals';
import type { Express } from 'express';
import { MemoryStore } from 'express-session';
import { embedded, SessionStoreVault } from '../../src';
import type { AppOptions } from '../support/app';
import { comeBack, expectNoSecret, openLogin, secretsOf, signIn } from '../support/attack';
import { knownFaults } from '../../src/emulator';
import { grantedAt } from '../support/granted';
import { appAt, emulate } from '../support/scene';
import { watchEvents } from '../support/watch-events';

const DURATION: unknown = expect.any(Number);
const STRATEGY = 'marketing-cloud';

function hash(grantId: string): string {
  return createHash('sha256').update(grantId).digest('base64url');
}

describe('a sign-in', () => {
  test('is published when it starts, at its token call and when it has finished, with the hash of its grant', async () => {
    const events = watchEvents();
    const emulator = await emulate();
    const { grantId } = await grantedAt(emulator);
    const { subdomain } = emulator.strategyOptions();
    const source = { strategy: STRATEGY, subdomain };
    expect(events).toEqual([
      ['sign-in-started', source],
      [
        'token-call',
        { ...source, purpose: 'sign-in', durationMs: DURATION, code: undefined, responseStatus: undefined },
      ],
      ['sign-in-finished', { ...source, grant: hash(grantId), durationMs: DURATION }],
    ]);
    const [, call, finished] = events;
    expect(finished?.[1]['durationMs']).toBeGreaterThanOrEqual(call?.[1]['durationMs'] as number);
  });

  test('publishes no code, token or secret, nor who the user is', async () => {
    const events = watchEvents();
    const emulator = await emulate();
    const browser = (await appAt(emulator)).browser();
    await signIn(emulator, browser, 'maya.lind');
    const { user } = JSON.parse((await browser.get('/me')).text) as { user: Record<string, unknown> };
    const text = JSON.stringify(events);
    expect(events.length).toBeGreaterThan(2);
    expectNoSecret(text, [...secretsOf(emulator), String(user['displayName']), 'maya.lind']);
  });

  test('that is asked for by a prefetch starts nothing', async () => {
    const events = watchEvents();
    const browser = (await appAt(await emulate())).browser();
    await browser.get('/login', { 'sec-purpose': 'prefetch' });
    expect(events).toEqual([]);
  });

  test('that is repeated by Reload is finished once', async () => {
    const events = watchEvents('sign-in-finished');
    const emulator = await emulate();
    const browser = (await appAt(emulator)).browser();
    const callback = await comeBack(emulator, await openLogin(browser));
    await browser.get(callback);
    await browser.get(callback);
    expect(events).toHaveLength(1);
  });
});

/** A verify that gives this answer. */
function answering(error: unknown, user?: unknown): (...args: unknown[]) => void {
  return (...args) => (args.at(-1) as (error: unknown, user: unknown) => void)(error, user);
}

describe('a refused sign-in', () => {
  const DOCS: unknown = expect.stringMatching(/^https:.*\/docs\/errors\/\w+\.md$/);
  const refused = (more: object): unknown => [
    [
      'sign-in-refused',
      { strategy: STRATEGY, reason: undefined, docs: DOCS, responseStatus: undefined, durationMs: DURATION, ...more },
    ],
  ];

  test('is published with code, reason and status', async () => {
    const events = watchEvents('sign-in-refused');
    const browser = (await appAt(await emulate())).browser();
    await browser.get('/cb?code=of-no-sign-in&state=of-no-sign-in');
    expect(events).toEqual(refused({ code: 'invalid_state', reason: 'cookie_missing', status: 403, outcome: 'fail' }));
  });

  test.each<[string, Partial<AppOptions>, object]>([
    ['by verify', { verify: answering(null, false) }, { code: 'sign_in_refused', status: 401 }],
    [
      'with a page of the app',
      { verify: answering(null, false), callback: { refusalUrl: '/refused' } },
      { code: 'sign_in_refused', status: 401 },
    ],
  ])('%s is a fail', async (_how, options, expected) => {
    const events = watchEvents('sign-in-refused', 'sign-in-finished');
    const emulator = await emulate();
    const browser = (await appAt(emulator, options)).browser();
    await browser.get(await comeBack(emulator, await openLogin(browser)));
    expect(events).toEqual(refused({ ...expected, outcome: 'fail' }));
  });

  test.each<[string, unknown, number]>([
    ['without a status', new Error('of the app'), 500],
    ['with a status', Object.assign(new Error('of the app'), { status: 418 }), 418],
  ])('by an error of the app %s has no code', async (_what, error, status) => {
    const events = watchEvents('sign-in-refused');
    const emulator = await emulate();
    const browser = (await appAt(emulator, { verify: answering(error) })).browser();
    await browser.get(await comeBack(emulator, await openLogin(browser)));
    expect(events).toEqual(refused({ code: undefined, docs: undefined, status, outcome: 'error' }));
  });

  test('by the token endpoint is an error with Marketing Cloud’s own status, as its token call is', async () => {
    const events = watchEvents('sign-in-refused', 'token-call');
    const emulator = await emulate();
    const browser = (await appAt(emulator)).browser();
    emulator.fault('token', knownFaults.addressNotAllowed);
    await browser.get(await comeBack(emulator, await openLogin(browser)));
    expect(events).toMatchObject([
      ['token-call', { purpose: 'sign-in', code: 'invalid_client', responseStatus: 401 }],
      [
        'sign-in-refused',
        { code: 'invalid_client', reason: 'ip_not_allowed', status: 502, outcome: 'error', responseStatus: 401 },
      ],
    ]);
  });

  test('because the session cannot be stored is published, and counts as no finished one', async () => {
    const events = watchEvents('sign-in-refused', 'sign-in-finished');
    const emulator = await emulate();
    const store = new MemoryStore();
    const vault = new SessionStoreVault(new MemoryStore());
    const browser = (await appAt(emulator, { session: { store }, strategy: { vault } })).browser();
    const callback = await comeBack(emulator, await openLogin(browser));
    store.set = (_id, _session, done) => done?.(new Error('The store is full.'));
    await browser.get(callback);
    expect(events).toMatchObject([['sign-in-refused', { code: 'vault_unavailable', status: 503, outcome: 'error' }]]);
  });

  test('without its cookie is published also where the package’s own page explains it', async () => {
    const events = watchEvents('sign-in-refused');
    const before = (app: Express): void => void app.use(embedded());
    const browser = (await appAt(await emulate(), { before })).browser();
    const { status } = await browser.get('/cb?code=abc&state=of-no-sign-in', {
      ...{ accept: 'text/html', 'sec-fetch-dest': 'document', 'sec-fetch-mode': 'navigate' },
    });
    expect(status).toBe(403);
    expect(events).toEqual(refused({ code: 'invalid_state', reason: 'cookie_missing', status: 403, outcome: 'fail' }));
  });

  test('that opens no session, since the app’s own callback does not, has finished with its response', async () => {
    const finished = new Promise((resolve) => subscribe('passport-marketing-cloud:sign-in-finished', resolve));
    const emulator = await emulate();
    const browser = (await appAt(emulator, { callback: { session: false, successRedirect: '/home' } })).browser();
    await browser.get(await comeBack(emulator, await openLogin(browser)));
    expect(await finished).toMatchObject({ strategy: STRATEGY, durationMs: DURATION });
  });

  test('at the login route is published, too', async () => {
    const events = watchEvents('sign-in-started', 'sign-in-refused');
    const browser = (await appAt(await emulate(), { session: false })).browser();
    await browser.get('/login');
    expect(events).toMatchObject([['sign-in-refused', { code: 'session_unavailable', status: 503, outcome: 'error' }]]);
  });
});

test('a subscriber that throws is reported to the process, and the sign-in goes on', async () => {
  const child = join(__dirname, '../support/throwing-subscriber-child.ts');
  const { stdout } = await promisify(execFile)(process.execPath, ['-r', 'esbuild-register', child]);
  expect(JSON.parse(stdout)).toEqual({ location: '/home', reported: ['of a subscriber'] });
});
