import { launchBrowser } from '../support/browser/launch';

/** The same way in a real browser; fails where there is none. */
export async function signInInChromium(address: string): Promise<string> {
  const running = await launchBrowser();
  if (running === undefined) throw new Error('There is no Chromium: set CHROME_PATH, or run npm ci on Linux x64.');
  try {
    const page = await running.browser.newPage();
    await page.goto(address);
    await page.getByRole('link', { name: 'Sign in with Marketing Cloud' }).first().click();
    await page.getByRole('button', { name: /Maya Lind/ }).click();
    await page.getByRole('table').first().waitFor();
    const rows = await page.getByRole('row').count();
    if (!page.url().startsWith(address) || rows < 10)
      throw new Error(`The way ended at ${page.url()} with ${rows} rows.`);
    return `${page.url()} with ${rows} rows (${running.browser.version()})`;
  } finally {
    await running.close();
  }
}
