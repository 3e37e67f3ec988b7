import { describe, expect, test } from '@jest/globals';
import { embedded, Strategy } from '../../src';
import { knownFaults, type Fault } from '../../src/emulator';
import { comeBack, openLogin, signIn } from '../support/attack';
import { appWithWords, pagesOfSymptom, wordOf } from '../support/error-pages';
import { appAt, emulate } from '../support/scene';

const DAY_MS = 86_400_000;
const FRAME = { 'sec-fetch-dest': 'iframe', 'sec-fetch-mode': 'navigate', 'sec-fetch-site': 'cross-site' };

/** Signs in while the token endpoint has a fault. Resolves to the word of the page about it. */
async function wordDuring(fault: Fault): Promise<string | undefined> {
  const emulator = await emulate();
  const { browser, words } = await appWithWords(emulator);
  emulator.fault('token', fault);
  await signIn(emulator, browser);
  expect(words).toHaveLength(1);
  return words[0];
}

function tokenRefusal(error: string, description: string): Fault {
  return { status: 400, body: { error, error_description: description } };
}

describe('symptoms of the redirect URL and the package', () => {
  test('symptom 1: an unregistered redirect URL never comes back to the app; where it is named, its page is', async () => {
    const emulator = await emulate({ callbackURLs: ['https://app.example.com/cb'] });
    const { browser, words } = await appWithWords(emulator);
    const login = await openLogin(browser);
    await expect(emulator.signIn(login.href)).rejects.toThrow('Redirect URL not registered');
    expect(words).toEqual([]);
    const state = login.searchParams.get('state') ?? '';
    await browser.get(`/cb?error=invalid_request&error_description=Redirect%20URL%20not%20registered.&state=${state}`);
    expect(words).toEqual(['redirect_url_not_registered']);
    expect(pagesOfSymptom(1)).toEqual(['redirect_url_not_registered', 'warnings']);
  });

  test('symptom 2: a corrected package still fails until the change has reached everywhere', async () => {
    const emulator = await emulate({ propagationSeconds: 300 });
    const { scopes } = emulator.world.package('web').settings.latest;
    emulator.world.change('web', { scopes: ['email_read'] });
    emulator.clock.advance(301_000);
    const { browser, words } = await appWithWords(emulator);
    await signIn(emulator, browser);
    emulator.world.change('web', { scopes });
    await signIn(emulator, browser);
    emulator.clock.advance(301_000);
    await signIn(emulator, browser);
    expect(words).toEqual([...pagesOfSymptom(2), ...pagesOfSymptom(2), 'signed in']);
  });

  test('symptom 3: a user without a licence is a refusal with its page', async () => {
    const emulator = await emulate();
    const { browser, words } = await appWithWords(emulator);
    await signIn(emulator, browser, 'tom.berg');
    expect(words).toEqual(pagesOfSymptom(3));
  });

  test('symptom 4: a secret that has expired leads to the page about secrets', async () => {
    const emulator = await emulate();
    const { browser, words } = await appWithWords(emulator);
    await signIn(emulator, browser);
    emulator.clock.advance(181 * DAY_MS);
    await signIn(emulator, browser);
    expect(words).toEqual(['signed in', ...pagesOfSymptom(4)]);
  });

  test('symptom 5: a body that was not read leads to its page', async () => {
    const text = 'Use "authorization_code" or "refresh_token" or "client_credentials" as the grant_type.';
    expect([await wordDuring(tokenRefusal('unsupported_grant_type', text))]).toEqual(pagesOfSymptom(5));
  });

  test('symptom 6: packages of another generation lead to their pages', async () => {
    const message = 'This integration is not eligible to use the legacy /v1/requestToken endpoint.';
    const enhanced = { status: 401, body: { message, errorcode: 10_007, documentation: '' } };
    expect([await wordDuring(knownFaults.legacyPackage), await wordDuring(enhanced)]).toEqual(pagesOfSymptom(6));
  });

  test('symptom 20: an address that is not allowed leads to its page', async () => {
    expect([await wordDuring(knownFaults.addressNotAllowed)]).toEqual(pagesOfSymptom(20));
  });
});

describe('symptoms of tenants and business units', () => {
  test('symptom 7: a customer of AppExchange is refused with its page, and signs in where multiTenant allows it', async () => {
    const emulator = await emulate({ publishedApp: true });
    for (const multiTenant of [false, true]) {
      const { browser, words } = await appWithWords(emulator, { strategy: { multiTenant } });
      await signIn(emulator, browser, 'ines.duarte');
      expect(words).toEqual(multiTenant ? ['signed in'] : pagesOfSymptom(7));
    }
  });

  test('symptom 13: a business unit that is not the user’s is a refusal with its page', async () => {
    const emulator = await emulate();
    const { browser, words } = await appWithWords(emulator, { login: { accountId: '999999999' } });
    await signIn(emulator, browser);
    expect(words).toEqual(pagesOfSymptom(13));
  });

  test.each(['url/', 'url', 'host/', 'host'] as const)(
    'symptom 18: base URLs have one form, also where Marketing Cloud writes them as %s',
    async (instanceUrlShape) => {
      const emulator = await emulate({ instanceUrlShape });
      const app = await appAt(emulator, {
        routes: (express) => {
          express.get('/urls', (req, res, next) => {
            const { marketingCloud } = req;
            marketingCloud.credentials().then(({ restBaseUrl }) => res.json(restBaseUrl), next);
          });
        },
      });
      const browser = app.browser();
      await signIn(emulator, browser);
      expect(JSON.parse((await browser.get('/urls')).text)).toBe(emulator.baseUrl('rest'));
    },
  );
});

describe('symptoms of scope and profile', () => {
  test('symptom 9: an empty scope is refused at the start, and none is sent where the option is left out', async () => {
    const emulator = await emulate();
    const options = { ...emulator.strategyOptions(), callbackURL: 'http://127.0.0.1:1/cb' };
    for (const scope of ['', []]) expect(() => new Strategy({ ...options, scope })).toThrow(/^Option scope must name/);
    const app = await appAt(emulator, { strategy: { scope: undefined } });
    expect((await openLogin(app.browser())).searchParams.has('scope')).toBe(false);
    expect(pagesOfSymptom(9)).toEqual(['insufficient_scope']);
  });

  test('symptom 17: the profile is flat, and its members are those that the page names', async () => {
    const emulator = await emulate();
    const app = await appAt(emulator);
    const browser = app.browser();
    await signIn(emulator, browser);
    const { user } = JSON.parse((await browser.get('/me')).text) as { user: object };
    expect(user).toMatchObject({
      ...{ id: '510001000:711204301', userId: '711204301', username: 'maya.lind', displayName: 'Maya Lind' },
      ...{ businessUnitId: 510_001_000, enterpriseId: 510_001_000, locale: 'en-GB', emails: [{}] },
    });
    expect(pagesOfSymptom(17)).toEqual(['sign_in_refused']);
  });
});

describe('symptoms of cookies and sessions', () => {
  test('symptom 15: a cookie that does not come back is told, with its page, and a loop ends', async () => {
    const emulator = await emulate();
    const { browser, words } = await appWithWords(emulator);
    const callback = await comeBack(emulator, await openLogin(browser));
    browser.cookies.clear();
    await browser.get(callback);
    const insecure = await appAt(emulator, { session: { cookie: { secure: true } } });
    await insecure.browser().get('/login');
    const looping = await appAt(emulator, { callback: { failureRedirect: '/login' } });
    const looped = looping.browser();
    for (let times = 0; times < 3; times += 1) await looped.get('/cb?code=x&state=y');
    await looped.get('/login');
    const found = [...words, ...insecure.errors.map(wordOf), ...looping.errors.map(wordOf)];
    expect([...found, 'warnings']).toEqual(pagesOfSymptom(15));
  });

  test('symptom 22: a finished callback leads on without a token call, and a code that was used elsewhere is refused', async () => {
    const emulator = await emulate();
    const app = await appAt(emulator);
    const browser = app.browser();
    const callback = await comeBack(emulator, await openLogin(browser));
    for (let times = 0; times < 2; times += 1) expect((await browser.get(callback)).location).toBe('/home');
    expect(emulator.requestsTo('token')).toHaveLength(1);
    expect([await wordDuring(tokenRefusal('invalid_grant', 'Used.'))]).toEqual(pagesOfSymptom(22));
  });

  test('symptom 23: the state is new for each sign-in, and the session gets a new id', async () => {
    const emulator = await emulate();
    const app = await appAt(emulator, { session: { saveUninitialized: true } });
    const browser = app.browser();
    await browser.get('/me');
    const planted = browser.cookies.get('connect.sid');
    const states = [await openLogin(browser), await openLogin(browser)].map((url) => url.searchParams.get('state'));
    expect(new Set([...states, planted]).size).toBe(3);
    await signIn(emulator, browser);
    const renewed = browser.cookies.get('connect.sid');
    expect([typeof planted, typeof renewed, planted === renewed]).toEqual(['string', 'string', false]);
    expect(pagesOfSymptom(23)).toEqual(['invalid_state']);
  });

  test('symptom 24: no answer holds the client secret, and a sign-in that a script began is refused', async () => {
    const emulator = await emulate();
    const { clientSecret = '' } = emulator.strategyOptions();
    const { browser, words } = await appWithWords(emulator);
    await signIn(emulator, browser);
    await browser.get('/cb?code=of-a-content-block');
    expect(words).toEqual(['signed in', ...pagesOfSymptom(24)]);
    expect(clientSecret.length).toBeGreaterThan(10);
    for (const { text, headers } of browser.replies) expect(text + JSON.stringify(headers)).not.toContain(clientSecret);
  });
});

describe('symptoms of a frame', () => {
  /** A browser at an app that is embedded. */
  const framed = async () => {
    const app = await appAt(await emulate(), {
      session: { cookie: { sameSite: 'none' } },
      before: (express) => express.use(embedded()),
    });
    return app.browser();
  };

  test('symptom 14: Marketing Cloud may frame the app', async () => {
    const { headers } = await (await framed()).get('/me');
    expect(headers['content-security-policy']).toContain('https://*.exacttarget.com');
    expect(headers['x-frame-options']).toBeUndefined();
    expect(pagesOfSymptom(14)).toEqual(['in-the-frame']);
  });

  test('symptom 16: the login route answers a frame by a page, not by a form that cannot be framed', async () => {
    const reply = await (await framed()).get('/login', FRAME);
    expect([reply.status, reply.location]).toEqual([200, '']);
    expect(reply.text).toContain('data-marketing-cloud="starting"');
    expect(pagesOfSymptom(16)).toEqual(['in-the-frame']);
  });

  test('symptom 25: a sign-in that Marketing Cloud does not answer is told by its word', async () => {
    const browser = await framed();
    await browser.get('/login', FRAME);
    const data = { 'sec-fetch-dest': 'empty', 'sec-fetch-site': 'same-origin', accept: 'application/json' };
    const { authorizeUrl } = JSON.parse((await browser.get('/login', data)).text) as { authorizeUrl: string };
    const last = { ...data, 'x-sign-in-last': new URL(authorizeUrl).searchParams.get('state') ?? '' };
    const { error } = JSON.parse((await browser.get('/login', last)).text) as { error: string };
    expect([error]).toEqual(pagesOfSymptom(25));
  });
});
