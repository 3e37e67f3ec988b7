import { describe, expect, test } from '@jest/globals';
import { knownFaults } from '../../src/emulator';
import { openLogin, signIn } from '../support/attack';
import { appWithWords, pagesOfSymptom, wordOf } from '../support/error-pages';
import { grantScene, LIFETIME_MS, statusesOf } from '../support/grant-scene';
import { appAt, emulate } from '../support/scene';

/** The word of the page about the error that a call rejects with. */
async function wordOfRejection(call: Promise<unknown>): Promise<string | undefined> {
  return await call.then(
    () => undefined,
    (error: unknown) => wordOf(error),
  );
}

describe('symptoms of tokens', () => {
  test('symptom 8: tokens of another tenant and a token that an API refuses lead to their pages', async () => {
    const emulator = await emulate();
    const { browser, words } = await appWithWords(emulator);
    emulator.fault('token', {
      transform: (answer) => ({ ...(answer as object), rest_instance_url: emulator.baseUrl('rest', 'mcother') }),
      times: 1,
    });
    await signIn(emulator, browser);
    const app = await appAt(emulator);
    const signedIn = app.browser();
    await signIn(emulator, signedIn);
    emulator.fault('tokenContext', knownFaults.notAuthorized);
    await signedIn.get('/api');
    expect([...words, ...app.errors.map(wordOf)]).toEqual(pagesOfSymptom(8));
  });

  test('symptom 10: without offline the tokens end with the user’s session at Marketing Cloud', async () => {
    const { emulator, app, grantId, pass } = await grantScene({ strategy: { scope: ['email_read'] } });
    emulator.signOut('maya.lind');
    pass(LIFETIME_MS + 1_000);
    expect([await wordOfRejection(app.strategy.credentials(grantId))]).toEqual(pagesOfSymptom(10));
  });

  test('symptom 11: parallel requests share one refresh, and a lost answer leads to its page', async () => {
    const { emulator, app, browser, grantId, pass } = await grantScene();
    pass(LIFETIME_MS + 1_000);
    expect(await statusesOf(browser, '/api', 20)).toEqual({ 200: 20 });
    expect(emulator.requestsTo('token')).toHaveLength(1);
    pass(LIFETIME_MS + 1_000);
    emulator.fault('token', { drop: 'before-headers', timing: 'after', times: 1 });
    expect([await wordOfRejection(app.strategy.credentials(grantId))]).toEqual(pagesOfSymptom(11));
  });

  test('symptom 19: the lifetime is that of the answer', async () => {
    const { emulator, app, grantId, now, pass } = await grantScene({ emulator: { expiresInSeconds: 600 } });
    const { expiresAt } = await app.strategy.credentials(grantId);
    expect(expiresAt - now()).toBeGreaterThan(590_000);
    expect(expiresAt - now()).toBeLessThanOrEqual(600_000);
    pass(200_000);
    await app.strategy.credentials(grantId);
    expect(emulator.requestsTo('token')).toHaveLength(0);
    expect(pagesOfSymptom(19)).toEqual(['sign_in_required']);
  });

  test('symptom 21: API calls make no token calls, and a blocked token call leads to its page', async () => {
    const { emulator, browser } = await grantScene();
    expect(await statusesOf(browser, '/api', 20)).toEqual({ 200: 20 });
    expect(emulator.requestsTo('token')).toHaveLength(0);
    const { browser: another, words } = await appWithWords(emulator);
    emulator.fault('token', knownFaults.temporarilyBlocked);
    await signIn(emulator, another);
    expect(words).toEqual(pagesOfSymptom(21));
  });
});

describe('symptoms of a switch of business unit', () => {
  test('symptom 12: the login route makes a whole sign-in, also for a user who is signed in, and an old page is refused', async () => {
    const emulator = await emulate();
    const app = await appAt(emulator);
    const browser = app.browser();
    await signIn(emulator, browser);
    expect((await openLogin(browser)).pathname).toMatch(/\/v2\/authorize$/);
    const reply = await browser.get('/api', { 'x-marketing-cloud-account': 'of-another-business-unit' });
    expect(reply.status).toBe(409);
    expect([(JSON.parse(reply.text) as { error: string }).error]).toEqual(pagesOfSymptom(12));
  });
});
