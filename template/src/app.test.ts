import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Strategy } from 'passport-marketing-cloud';
import { startEmulator, type Emulator } from 'passport-marketing-cloud/emulator';
import { signIn } from 'passport-marketing-cloud/testing';
import request from 'supertest';
import { createApp } from './app.js';

const MINUTE_MS = 60_000;
let emulator: Emulator;

before(async () => {
  emulator = await startEmulator();
});
after(() => emulator.close());

/** What browsers send when a user opens a page, or sends a form of this app. */
const PAGE = { accept: 'text/html' };
const FORM = { ...PAGE, 'sec-fetch-site': 'same-origin' };

/** A browser in front of a new app, which signs users in to the emulator. */
function openBrowser() {
  const strategy = new Strategy({
    ...emulator.strategyOptions(),
    callbackURL: 'http://127.0.0.1/auth/callback',
    clock: emulator.clock.now,
  });
  return request.agent(createApp(strategy, { sessionSecret: 'a secret of the tests' }));
}

test('users who are not signed in are sent to the login', async () => {
  const reply = await openBrowser().get('/assets').set(PAGE).expect(302);
  assert.match(reply.headers['location'] ?? '', /^\/login/);
});

test('a signed-in user sees the assets, also after the token has expired', async () => {
  const browser = openBrowser();
  await signIn(browser, { emulator, user: 'maya.lind' });
  const { text } = await browser.get('/assets').expect(200);
  assert.match(text, /Signed in as Maya Lind/);
  assert.match(text, /<td>/);

  emulator.clock.advance(30 * MINUTE_MS);
  await browser.get('/assets').expect(200);
});

test('a user without a licence reads why', async () => {
  const browser = openBrowser();
  const refused = await signIn(browser, { emulator, user: 'tom.berg' });
  const { text } = await browser.get(refused.headers['location'] ?? '').expect(403);
  assert.match(text, /license you for this app/);
});

test('signing out ends the session', async () => {
  const browser = openBrowser();
  await signIn(browser, { emulator });
  await browser.post('/logout').set(FORM).expect(302).expect('location', '/');
  await browser
    .get('/assets')
    .set(PAGE)
    .expect('location', /^\/login/);
});
