import { launchBrowser } from '../support/browser/launch';

/**
 * Signs in to the example app in Chromium. Returns the dashboard's address and its number of table rows.
 *
 * @throws Error if there is no Chromium, or if the sign-in does not end on the dashboard
 */
export async function signInInChromium(address: string): Promise<string> {
  const running = await launchBrowser();
  if (running === undefined) throw new Error('Chromium was not found. Set CHROME_PATH, or run npm ci on Linux x64.');
  try {
    const page = await running.browser.newPage();
    await page.goto(address);
    await page.getByRole('link', { name: 'Sign in with Marketing Cloud' }).first().click();
    await page.getByRole('button', { name: /Maya Lind/ }).click();
    await page.getByRole('table').first().waitFor();
    const rows = await page.getByRole('row').count();
    if (!page.url().startsWith(address) || rows < 10)
      throw new Error(`The sign-in ended at ${page.url()} with ${rows} table rows.`);
    return `${page.url()} with ${rows} rows (${running.browser.version()})`;
  } finally {
    await running.close();
  }
}
