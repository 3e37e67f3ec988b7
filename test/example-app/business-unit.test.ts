import { expect, test } from '@jest/globals';
import { Browser } from '../support/browser';
import { openExampleSite, type ExampleSite } from '../support/browser/example-site';
import { sendForm, signInTo } from './kept';

const EUROPE = '510001101';

async function signedIn(username?: string): Promise<ExampleSite & { browser: Browser; page: string }> {
  const site = await openExampleSite();
  const browser = new Browser(site.url);
  return { ...site, browser, page: await signInTo(browser, username) };
}

/** Sends the form, and gives the page that it leads to. */
async function choose(browser: Browser, businessUnit: string): Promise<string> {
  const { status, location } = await sendForm(browser, '/dashboard/business-unit', { businessUnit });
  expect(status).toBe(303);
  return (await browser.get(location.replace(/#.*$/, ''))).text;
}

test('the business unit that is chosen is the one that the page is of, and so is the data', async () => {
  const { browser, page, emulator } = await signedIn();
  expect(page).toContain('Alpine Outfitters, MID 510001000');
  const after = await choose(browser, EUROPE);
  expect(after).toContain('Alpine Outfitters Europe, MID 510001101');
  expect(after).toMatch(/value="510001101" aria-current="true"/);
  expect(after).toContain('510001101-S-0001');
  expect(emulator.requestsTo('token').at(-1)?.body).toMatchObject({ account_id: Number(EUROPE) });
});

test('a business unit that Marketing Cloud refuses is named, with what to do, and nothing changes', async () => {
  const { browser } = await signedIn('ravi.menon');
  const after = await choose(browser, '510001102');
  expect(after).toMatch(/does not let you work in the business unit with the MID 510001102\. You are where you were\./);
  expect(after).toMatch(/ask an administrator/);
  expect(after).toContain('Alpine Outfitters Europe, MID 510001101');
});

test.each(['', 'Europe', '0', '-1', '1'.repeat(16), '<b>'])(
  '%j is not taken for a MID, and nobody is asked',
  async (text) => {
    const { browser, emulator } = await signedIn();
    const before = emulator.requestsTo('token').length;
    expect(await choose(browser, text)).toContain('That is not a MID');
    expect(emulator.requestsTo('token')).toHaveLength(before);
  },
);

test.each(['/dashboard/business-unit', '/dashboard/token/calls'])(
  '%s takes no form from another site, nor one that does not show where it is from',
  async (path) => {
    const { browser, emulator } = await signedIn();
    const before = emulator.requests.length;
    for (const headers of [{ 'sec-fetch-site': 'cross-site' }, { origin: 'https://evil.example' }, {}]) {
      const { status, text } = await browser.send(path, {
        method: 'POST',
        headers: { ...headers, 'content-type': 'application/x-www-form-urlencoded' },
        body: `businessUnit=${EUROPE}`,
      });
      expect(status).toBe(403);
      expect(text).toContain('This form was not sent from here');
    }
    expect(emulator.requests).toHaveLength(before);
  },
);

test.each([
  ['/dashboard/business-unit', { businessUnit: EUROPE }],
  ['/dashboard/token/calls', {}],
])('%s sent by nobody who is signed in is a page that leads to the sign-in', async (path, fields) => {
  const { url } = await openExampleSite();
  const { status, text } = await sendForm(new Browser(url), path, fields);
  expect(status).toBe(401);
  expect(text).toMatch(/Your sign-in has ended[^]*href="\/dashboard">Sign in</);
});
