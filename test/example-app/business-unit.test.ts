import { expect, test } from '@jest/globals';
import { Browser } from '../support/browser';
import { openExampleSite, type ExampleSite } from '../support/browser/example-site';
import { sendForm, signInTo } from './pages';

const EUROPE = '510001101';

async function openSignedIn(username?: string): Promise<ExampleSite & { browser: Browser; page: string }> {
  const site = await openExampleSite();
  const browser = new Browser(site.url);
  return { ...site, browser, page: await signInTo(browser, username) };
}

/** Sends the form that switches to another business unit. Returns the page that it redirects to. */
async function switchTo(browser: Browser, businessUnit: string): Promise<string> {
  const { status, location } = await sendForm(browser, '/dashboard/business-unit', { businessUnit });
  expect(status).toBe(303);
  return (await browser.get(location.replace(/#.*$/, ''))).text;
}

test('after a switch the page shows the chosen business unit and its data', async () => {
  const { browser, page, emulator } = await openSignedIn();
  expect(page).toContain('Alpine Outfitters, MID 510001000');
  const after = await switchTo(browser, EUROPE);
  expect(after).toContain('Alpine Outfitters Europe, MID 510001101');
  expect(after).toMatch(/value="510001101" aria-current="true"/);
  expect(after).toContain('510001101-S-0001');
  expect(emulator.requestsTo('token').at(-1)?.body).toMatchObject({ account_id: Number(EUROPE) });
});

test('a switch that Marketing Cloud refuses changes nothing, and the page says what to do', async () => {
  const { browser } = await openSignedIn('ravi.menon');
  const after = await switchTo(browser, '510001102');
  expect(after).toMatch(
    /does not allow you to work in the business unit with the MID 510001102\. Nothing was changed\./,
  );
  expect(after).toMatch(/ask an administrator/);
  expect(after).toContain('Alpine Outfitters Europe, MID 510001101');
});

test.each(['', 'Europe', '0', '-1', '1'.repeat(16), '<b>'])(
  '%j is refused as a MID without a call to Marketing Cloud',
  async (text) => {
    const { browser, emulator } = await openSignedIn();
    const before = emulator.requestsTo('token').length;
    expect(await switchTo(browser, text)).toContain('That is not a MID');
    expect(emulator.requestsTo('token')).toHaveLength(before);
  },
);

test.each(['/dashboard/business-unit', '/dashboard/token/calls'])(
  '%s refuses a form from another site, and one of unknown origin',
  async (path) => {
    const { browser, emulator } = await openSignedIn();
    const before = emulator.requests.length;
    for (const headers of [{ 'sec-fetch-site': 'cross-site' }, { origin: 'https://evil.example' }, {}]) {
      const { status, text } = await browser.send(path, {
        method: 'POST',
        headers: { ...headers, 'content-type': 'application/x-www-form-urlencoded' },
        body: `businessUnit=${EUROPE}`,
      });
      expect(status).toBe(403);
      expect(text).toContain('Form refused');
    }
    expect(emulator.requests).toHaveLength(before);
  },
);

test.each([
  ['/dashboard/business-unit', '/dashboard', { businessUnit: EUROPE }],
  ['/dashboard/token/calls', '/dashboard/token', {}],
])(
  '%s without a signed-in user answers with a page that leads to its form by the sign-in',
  async (path, page, fields) => {
    const { url } = await openExampleSite();
    const { status, text } = await sendForm(new Browser(url), path, fields);
    expect(status).toBe(401);
    expect(text).toContain('Your sign-in has ended');
    expect(text).toContain(`href="${page}">Sign in<`);
  },
);
