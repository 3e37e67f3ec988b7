import { describe, expect, test } from '@jest/globals';
import { authorizeUrl, CALLBACK, emulate, send, type Answer } from '../unit/emulator/harness';

/** A browser that keeps the emulator's cookies. */
class Browser {
  readonly #cookies = new Map<string, string>();

  async open(url: string, form?: Record<string, string>): Promise<Answer> {
    const cookie = [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const answer = await send(url, {
      headers: { cookie },
      ...(form === undefined ? {} : { method: 'POST', body: new URLSearchParams(form) }),
    });
    for (const line of answer.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      if (value === '') this.#cookies.delete(name);
      else this.#cookies.set(name, value);
    }
    return answer;
  }

  async follow(url: string): Promise<{ url: string; answer: Answer }> {
    const answer = await this.open(url);
    const next = answer.headers.get('location');
    if (next === null || next.startsWith(CALLBACK)) return { url: next ?? url, answer };
    return this.follow(new URL(next, url).href);
  }

  async signIn(url: string, username: string): Promise<string> {
    const page = await this.follow(url);
    const execution = executionOf(page.answer.text);
    const { headers } = await this.open(page.url, { username, execution });
    return (await this.follow(headers.get('location') ?? '')).url;
  }
}

function executionOf(page: string): string {
  return /name="execution" value="([^"]+)"/.exec(page)?.[1] ?? '';
}

describe('the redirect to the callback', () => {
  test('goes through a login page whose service is the authorize URL', async () => {
    const emulator = await emulate();
    const { status, headers } = await send(authorizeUrl(emulator));
    const location = new URL(headers.get('location') ?? '');
    expect(status).toBe(302);
    expect(location.pathname).toBe('/mcemulator-alpine-outfitters/login/hub-cas/login');
    expect(location.searchParams.get('service')).toBe(authorizeUrl(emulator));
  });

  test('has state, then code', async () => {
    const emulator = await emulate();
    const callback = await new Browser().signIn(authorizeUrl(emulator, { state: 'a b&c' }), 'maya.lind');
    expect(callback).toMatch(/^http:\/\/127\.0\.0\.1:3000\/auth\/callback\?state=a%20b%26c&code=[^&]{512}$/);
  });

  test('adds parameters to a redirect URL with a query', async () => {
    const emulator = await emulate();
    const callback = await emulator.signIn(authorizeUrl(emulator, { redirect_uri: `${CALLBACK}?from=mc` }));
    expect(callback.startsWith(`${CALLBACK}?from=mc&state=state-1&code=`)).toBe(true);
  });

  test('has no state when none was given', async () => {
    const emulator = await emulate();
    expect(await emulator.signIn(authorizeUrl(emulator, { state: undefined }))).not.toContain('state');
  });

  test('needs no login page for a browser that is signed in', async () => {
    const emulator = await emulate();
    const browser = new Browser();
    await browser.signIn(authorizeUrl(emulator), 'maya.lind');
    emulator.requests.clear();
    const { url, answer } = await browser.follow(authorizeUrl(emulator, { state: 'again' }));
    expect(url).toContain('state=again&code=');
    expect(answer.headers.get('x-frame-options')).toBeNull();
    expect(emulator.requestsTo('login').map(({ status }) => status)).toEqual([302]);
  });

  test('needs the login page again after a sign-out', async () => {
    const emulator = await emulate();
    const browser = new Browser();
    await browser.signIn(authorizeUrl(emulator), 'maya.lind');
    await browser.open(`${emulator.baseUrl('login')}/hub-cas/logout`);
    expect((await browser.follow(authorizeUrl(emulator))).answer.text).toContain('Sign in to Marketing Cloud');
  });

  test('needs the login page again after emulator.signOut', async () => {
    const emulator = await emulate();
    const browser = new Browser();
    await browser.signIn(authorizeUrl(emulator), 'maya.lind');
    emulator.signOut('maya.lind');
    expect((await browser.follow(authorizeUrl(emulator))).answer.status).toBe(200);
  });

  test('accepts a ticket once, and only for its own request', async () => {
    const emulator = await emulate();
    await emulator.signIn(authorizeUrl(emulator));
    const ticket = emulator.requests.last('authorize')?.query['ticket'];
    const replayed = await send(`${authorizeUrl(emulator)}&ticket=${String(ticket)}`);
    expect(replayed.headers.get('location')).toContain('/hub-cas/login');
  });
});

describe('the login page', () => {
  test('cannot be framed, runs no script and is not stored', async () => {
    const emulator = await emulate();
    const { answer } = await new Browser().follow(authorizeUrl(emulator));
    expect(answer.headers.get('x-frame-options')).toBe('deny');
    expect(answer.headers.get('content-security-policy')).toMatch(/default-src 'none'.*frame-ancestors 'none'/);
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect(answer.text).not.toContain('<script');
  });

  test('says that it is an emulator and not for production', async () => {
    const emulator = await emulate();
    const { answer } = await new Browser().follow(authorizeUrl(emulator));
    expect(answer.text).toMatch(/Emulator\.[^]*not Salesforce[^]*not for production/);
  });

  test('shows the users of the tenant and the name of the app', async () => {
    const emulator = await emulate();
    const { text } = (await new Browser().follow(authorizeUrl(emulator))).answer;
    expect([...text.matchAll(/name="username" value="([^"]+)"/g)].map(([, name]) => name)).toEqual([
      'maya.lind',
      'ravi.menon',
      'tom.berg',
    ]);
    expect(text).toContain('Campaign Desk');
  });

  test('escapes names of the world and parameters of the URL', async () => {
    const emulator = await emulate();
    emulator.world.user('maya.lind').name = '<img src=x onerror=alert(1)>';
    const { text } = (await new Browser().follow(authorizeUrl(emulator, { state: '"><script>' }))).answer;
    expect(text).toContain('&lt;img src=x');
    expect(text).not.toMatch(/<img|<script/);
  });

  test('keeps its session in a cookie for its own path that scripts cannot read', async () => {
    const emulator = await emulate();
    const browser = new Browser();
    const page = await browser.follow(authorizeUrl(emulator));
    const form = { username: 'maya.lind', execution: executionOf(page.answer.text) };
    const [cookie] = (await browser.open(page.url, form)).headers.getSetCookie();
    expect(cookie).toMatch(
      /^mc-emulator-session=.+; Path=\/mcemulator-alpine-outfitters\/login\/hub-cas; HttpOnly; SameSite=Lax$/,
    );
  });

  test('refuses a form of another browser', async () => {
    const emulator = await emulate();
    const page = await new Browser().follow(authorizeUrl(emulator));
    const other = new Browser();
    await other.follow(authorizeUrl(emulator));
    const answer = await other.open(page.url, { username: 'maya.lind', execution: executionOf(page.answer.text) });
    expect(answer.status).toBe(403);
    expect(answer.headers.getSetCookie().join()).not.toContain('mc-emulator-session');
  });

  test('shows an error for an unknown user', async () => {
    const emulator = await emulate();
    const browser = new Browser();
    const page = await browser.follow(authorizeUrl(emulator));
    const answer = await browser.open(page.url, { username: 'nobody', execution: executionOf(page.answer.text) });
    expect(answer.status).toBe(401);
    expect(answer.text).toMatch(/role="alert">There is no such user/);
  });

  test.each([
    ['another host', 'https://evil.example/v2/authorize?client_id=k3w9v0alpinewebpackage01'],
    [
      'a host that begins like the emulator’s',
      'http://127.0.0.1:PORT@evil.example/v2/authorize?client_id=k3w9v0alpinewebpackage01',
    ],
    ['another path of the emulator', 'http://127.0.0.1:PORT/mcemulator-alpine-outfitters/login/hub-cas/logout'],
    ['no URL', 'javascript:alert(1)'],
    ['nothing', ''],
  ])('goes nowhere when the service is %s', async (_, service) => {
    const emulator = await emulate();
    const target = encodeURIComponent(service.replace('PORT', String(emulator.port)));
    const answer = await send(`${emulator.baseUrl('login')}/hub-cas/login?service=${target}`);
    expect(answer.status).toBe(400);
    expect(answer.headers.get('location')).toBeNull();
  });

  test('is also on the shared login host', async () => {
    const emulator = await emulate();
    const answer = await send(
      `${emulator.baseUrl('login', 'mc')}/hub-cas/login?service=${encodeURIComponent(authorizeUrl(emulator))}`,
    );
    expect(answer.status).toBe(200);
  });
});

describe('an invalid authorization request', () => {
  test.each([
    ['the client is unknown', { client_id: 'nobody' }, 401, 'Invalid client identifier'],
    ['the client is missing', { client_id: undefined }, 401, 'Invalid client identifier'],
    ['the redirect URL is elsewhere', { redirect_uri: 'https://evil.example/cb' }, 400, 'Redirect URL not registered'],
    ['the redirect URL is missing', { redirect_uri: undefined }, 400, 'Redirect URL not registered'],
  ])('ends on a page when %s', async (_, parameters, status, title) => {
    const emulator = await emulate();
    const answer = await send(authorizeUrl(emulator, parameters));
    expect(answer.status).toBe(status);
    expect(answer.text).toContain(`<h1>${title}</h1>`);
    expect(answer.headers.get('x-frame-options')).toBe('deny');
    expect(answer.headers.get('location')).toBeNull();
  });

  test('gets an error page when its redirect URL differs from the registered one by a slash', async () => {
    const emulator = await emulate({ callbackURLs: [`${CALLBACK}/`] });
    expect((await send(authorizeUrl(emulator))).status).toBe(400);
    expect((await send(authorizeUrl(emulator, { redirect_uri: `${CALLBACK}/` }))).status).toBe(302);
  });

  test.each([
    [{ response_type: undefined }, 'invalid_request'],
    [{ response_type: 'token' }, 'unsupported_response_type'],
    [{ scope: 'email_read nonsense' }, 'invalid_scope'],
  ])('%j goes back to the app as %s', async (parameters, error) => {
    const emulator = await emulate();
    const { status, headers } = await send(authorizeUrl(emulator, parameters));
    const location = new URL(headers.get('location') ?? '');
    expect(status).toBe(302);
    expect(location.href.startsWith(`${CALLBACK}?state=state-1&error=${error}&error_description=`)).toBe(true);
    expect(location.searchParams.get('error_uri')).toBe('https://developer.salesforce.com/docs');
  });

  test('is redirected with user_not_licensed for a user without a licence', async () => {
    const emulator = await emulate();
    const callback = new URL(await emulator.signIn(authorizeUrl(emulator), 'tom.berg'));
    expect(callback.searchParams.get('error')).toBe('user_not_licensed');
    expect(callback.searchParams.get('state')).toBe('state-1');
  });

  test('is redirected without state with stateOnErrors: false', async () => {
    const emulator = await emulate({ stateOnErrors: false });
    const callback = new URL(await emulator.signIn(authorizeUrl(emulator), 'tom.berg'));
    expect(callback.searchParams.has('state')).toBe(false);
    expect(callback.searchParams.get('error')).toBe('user_not_licensed');
  });

  test('is refused with a repeated parameter', async () => {
    const emulator = await emulate();
    const { headers } = await send(`${authorizeUrl(emulator)}&state=other`);
    expect(headers.get('location')).toContain('error=invalid_request');
  });
});
