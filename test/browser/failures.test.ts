import { expect, test } from '@jest/globals';
import { MemoryStore } from 'express-session';
import type { Page } from 'playwright-core';
import { SessionStoreVault } from '../../src';
import { knownFaults } from '../../src/emulator';
import { describeInBrowser } from '../support/browser/describe-in-browser';
import { openExampleSite, type ExampleSite, type SiteOptions } from '../support/browser/example-site';
import { pick, signIn, visit } from '../support/browser/visit';

const LOGIN = 'Sign in to Marketing Cloud';
const HELLO = 'Hello, Maya Lind';
const FIVE_MINUTES = 'can take five minutes';

interface Failure {
  readonly code: string;
  readonly status: number;
  readonly title: string;
  /** Part of the advice. */
  readonly advice: string;
  readonly site?: () => SiteOptions;
  readonly user?: string;
  /** What goes wrong, before the sign-in. */
  readonly before?: (site: ExampleSite) => void;
  /** How the visitor gets to it. @default by signing in */
  readonly reach?: (page: Page, site: ExampleSite) => Promise<unknown>;
  /** What the user does about it. */
  readonly repair?: (site: ExampleSite) => void;
  /** The link that leads on. @default `Try again` */
  readonly link?: string;
  /** A button that leads on, in place of the link. */
  readonly button?: string;
  /** The heading that it leads to. */
  readonly then: string;
}

/** Begins a sign-in, and returns as a user who denied access. */
async function refuse(page: Page, url: string): Promise<void> {
  await page.goto(`${url}/login`);
  const service = new URL(new URL(page.url()).searchParams.get('service') ?? '');
  await page.goto(`${url}/auth/callback?error=access_denied&state=${service.searchParams.get('state') ?? ''}`);
}

const store = new MemoryStore();
const write = store.set.bind(store);

const FAILURES: readonly Failure[] = [
  {
    code: 'invalid_callback',
    status: 400,
    title: 'The answer was incomplete',
    advice: 'Start the sign-in again.',
    reach: (page, { url }) => page.goto(`${url}/auth/callback?state=without-a-code`),
    then: LOGIN,
  },
  {
    code: 'invalid_state',
    status: 403,
    title: 'This sign-in is no longer valid',
    advice: 'allow cookies for this site',
    reach: (page, { url }) => page.goto(`${url}/auth/callback?code=unknown&state=unknown`),
    then: LOGIN,
  },
  {
    code: 'access_denied',
    status: 403,
    title: 'Access was denied',
    advice: 'start the sign-in again and allow access',
    reach: (page, { url }) => refuse(page, url),
    then: LOGIN,
  },
  {
    code: 'user_not_licensed',
    status: 403,
    title: 'Your user has no licence for this app',
    advice: FIVE_MINUTES,
    user: 'Tom Berg',
    button: 'Sign in as another user',
    then: LOGIN,
  },
  {
    code: 'sign_in_expired',
    status: 401,
    title: 'The sign-in took too long, or was used twice',
    advice: 'Start the sign-in again.',
    before: ({ emulator }) => {
      const late = emulator.requests.waitFor('token').then(() => emulator.clock.advance(301_000));
      emulator.fault('token', { until: late, timing: 'before', times: 1 });
    },
    then: HELLO,
  },
  {
    code: 'business_unit_denied',
    status: 403,
    title: 'No access to this business unit',
    advice: FIVE_MINUTES,
    site: () => ({ strategy: { accountId: 510_001_102 } }),
    user: 'Ravi Menon',
    button: 'Sign in as another user',
    then: LOGIN,
  },
  {
    code: 'authorization_failed',
    status: 502,
    title: 'Marketing Cloud refused the request',
    advice: 'every scope in MC_SCOPE must be ticked',
    before: ({ emulator }) => emulator.world.change('web', { scopes: ['offline'] }),
    reach: (page, { url }) => page.goto(`${url}/login`),
    repair: ({ emulator }) =>
      emulator.world.change('web', { scopes: emulator.world.package('public').settings.latest.scopes }),
    then: LOGIN,
  },
  {
    code: 'invalid_client',
    status: 502,
    title: 'Marketing Cloud does not accept this app',
    advice: FIVE_MINUTES,
    before: ({ emulator }) => emulator.fault('token', { status: 401, body: { error: 'invalid_client' } }),
    then: HELLO,
  },
  {
    code: 'rate_limited',
    status: 503,
    title: 'Marketing Cloud is busy',
    advice: 'Try again in 5 seconds.',
    before: ({ emulator }) => emulator.fault('token', knownFaults.rateLimited),
    then: HELLO,
  },
  {
    code: 'upstream_unavailable',
    status: 503,
    title: 'Marketing Cloud does not answer',
    advice: 'Wait a minute, then try again.',
    before: ({ emulator }) => emulator.fault('token', { drop: 'before-headers' }),
    then: HELLO,
  },
  {
    code: 'invalid_response',
    status: 502,
    title: 'Marketing Cloud sent an invalid answer',
    advice: 'whether a proxy answers in place of Marketing Cloud',
    before: ({ emulator }) => emulator.fault('token', { body: {} }),
    then: HELLO,
  },
  {
    code: 'tenant_mismatch',
    status: 502,
    title: 'Another tenant answered',
    advice: 'MC_SUBDOMAIN must be the subdomain of the tenant that owns the package.',
    before: ({ emulator }) =>
      emulator.fault('token', {
        transform: (answer) => ({ ...(answer as object), rest_instance_url: emulator.baseUrl('rest', 'mcother') }),
      }),
    then: HELLO,
  },
  {
    code: 'sign_in_loop',
    status: 508,
    title: 'Too many refused sign-ins',
    advice: 'Wait a minute',
    reach: async (page, { url }) => {
      for (let refused = 0; refused < 3; refused += 1) await refuse(page, url);
      await page.goto(`${url}/login`);
    },
    link: 'Back to the start',
    then: 'Sign in with Marketing Cloud',
  },
  {
    code: 'session_unavailable',
    status: 503,
    title: 'This app cannot keep your session',
    advice: 'a proxy must send X-Forwarded-Proto: https',
    site: () => ({ strategy: { callbackURL: 'https://127.0.0.1/auth/callback' } }),
    reach: (page, { url }) => page.goto(`${url}/login`),
    then: 'This app cannot keep your session',
  },
  {
    code: 'vault_unavailable',
    status: 503,
    title: 'This app cannot reach its store',
    advice: 'Try again in 1 second.',
    site: () => ({ strategy: { vault: new SessionStoreVault(store) } }),
    before: () => {
      store.set = (_id, _session, done) => done?.(new Error('The store is down.'));
    },
    reach: (page, { url }) => page.goto(`${url}/login`),
    repair: () => {
      store.set = write;
    },
    then: LOGIN,
  },
];

describeInBrowser('the page of a failure', (browser) => {
  test.each(FAILURES)('says what $code means, what to do, and leads on, with status $status', async (failure) => {
    const site = await openExampleSite(failure.site?.());
    failure.before?.(site);
    const { page, status, trouble } = await visit(browser());
    if (failure.reach !== undefined) await failure.reach(page, site);
    else {
      await page.goto(`${site.url}/login`);
      await pick(page, failure.user ?? 'Maya Lind');
    }
    const heading = page.getByRole('heading', { level: 1 });
    expect(await heading.innerText()).toBe(failure.title);
    expect(status()).toBe(failure.status);
    const text = await page.getByRole('main').innerText();
    expect(text).toContain(`Status ${failure.status}`);
    expect(text).toContain(failure.advice);
    expect(text).toContain(`Error code: ${failure.code}`);

    site.emulator.clearFaults();
    failure.repair?.(site);
    const link = page.getByRole('link', { name: failure.link ?? 'Try again' });
    await (failure.button === undefined ? link : page.getByRole('button', { name: failure.button })).click();
    await page.getByRole('heading', { level: 1, name: failure.then }).waitFor();
    expect(trouble).toEqual([]);
  });

  test('lets a user in once an administrator has given the licence', async () => {
    const { url, emulator } = await openExampleSite();
    const { page, trouble } = await visit(browser());
    await page.goto(`${url}/login`);
    await pick(page, 'Tom Berg');
    expect(await page.getByRole('link', { name: 'Try again' }).count()).toBe(0);
    emulator.world.license('tom.berg');
    await page.getByRole('link', { name: 'Back to the start' }).click();
    await page.getByRole('link', { name: 'Sign in with Marketing Cloud' }).click();
    await page.getByRole('heading', { name: 'Hello, Tom Berg' }).waitFor();
    expect(trouble).toEqual([]);
  });

  test('leads a user of a foreign tenant to the login page to sign in as another user', async () => {
    const { url } = await openExampleSite({ emulator: { publishedApp: true } });
    const { page, trouble } = await visit(browser());
    await page.goto(`${url}/login`);
    await pick(page, 'Inês Duarte');
    expect(await page.getByRole('heading', { level: 1 }).innerText()).toBe(
      'This Marketing Cloud account may not sign in here',
    );
    await page.getByRole('button', { name: 'Sign in as another user' }).click();
    await pick(page, 'Maya Lind');
    await page.getByRole('heading', { name: HELLO }).waitFor();
    expect(trouble).toEqual([]);
  });

  test('leads back to the place where a sign-in has ended', async () => {
    const { url, emulator, pass } = await openExampleSite();
    const { page, status } = await visit(browser());
    await signIn(page, `${url}/dashboard?key=Orders&rows=2`);
    // A younger token is not replaced because of a 401.
    pass(61_000);
    emulator.revoke();
    await page.reload();
    expect(await page.getByRole('heading', { level: 1 }).innerText()).toBe('Your sign-in has ended');
    expect(status()).toBe(401);
    await page.getByRole('link', { name: 'Sign in' }).click();
    await page.getByRole('heading', { name: HELLO }).waitFor();
    expect(page.url()).toBe(`${url}/dashboard?key=Orders&rows=2`);
  });

  test.each(['sign_in_refused', 'no_such_code', '<b>x</b>'])('has something to say for the code %s', async (code) => {
    const { url } = await openExampleSite();
    const { page, status } = await visit(browser());
    await page.goto(`${url}/sign-in-failed?code=${encodeURIComponent(code)}`);
    expect(status()).toBe(code === 'sign_in_refused' ? 401 : 400);
    const text = await page.getByRole('main').innerText();
    expect(text).toMatch(/What to do\s+\S/);
    expect(text.includes(code)).toBe(code === 'sign_in_refused');
    await page.getByRole('link', { name: 'Back to the start' }).click();
    expect(page.url()).toBe(`${url}/`);
  });

  test('says that there is no such page', async () => {
    const { url } = await openExampleSite();
    const { page, status } = await visit(browser());
    await page.goto(`${url}//evil.example/nothing`);
    expect(status()).toBe(404);
    expect(await page.getByRole('heading', { level: 1 }).innerText()).toBe('Page not found');
    await page.getByRole('link', { name: 'Back to the start' }).click();
    expect(page.url()).toBe(`${url}/`);
  });
});
