import { afterEach, expect } from '@jest/globals';
import { chromium, type BrowserContext } from 'playwright-core';
import { startFramedProcess } from '../../example-app/src/server/app-process';
import { parseConfig } from '../../example-app/src/config/config';
import type { Closable } from '../../example-app/src/server/run-until-signal';
import { describeInChromium } from '../support/frame/describe-in-chromium';

describeInChromium('the example app inside Marketing Cloud', (browser, test) => {
  let app: Closable | undefined;
  let context: BrowserContext | undefined;
  afterEach(async () => {
    await context?.close();
    await app?.close();
  });

  test('signs in, keeps a half-typed note over the end of its session, and writes to no other business unit', async () => {
    const lines: string[] = [];
    app = await startFramedProcess(parseConfig({ PORT: '0' }), {
      print: (line) => lines.push(line),
      report: () => undefined,
    });
    const menu = /Inside Marketing Cloud: (\S+)/.exec(lines.join('\n'))?.[1] ?? '';
    expect(new URL(menu).hostname).toBe('localhost');
    const running = await chromium.launch({
      executablePath: browser().executablePath,
      env: { ...(process.env as Record<string, string>), ...browser().env },
      args: ['--no-sandbox', '--disable-gpu', '--ignore-certificate-errors', '--disable-dev-shm-usage'],
    });
    context = await running.newContext({ ignoreHTTPSErrors: true });
    context.once('close', () => void running.close());
    const page = await context.newPage();
    await page.goto(menu);
    await page.getByRole('button', { name: 'Maya Lind' }).click();
    const frame = page.frameLocator('iframe[name="app"]');
    await frame.getByRole('heading', { name: 'Notes' }).waitFor();

    await frame.getByLabel('Note for the business unit').fill('half a note');
    await frame.getByRole('button', { name: 'End the session' }).click();
    await frame.getByText('The session has ended. The page does not know yet.').waitFor();
    await frame.getByRole('button', { name: 'Save' }).click();
    // Silent, or by a click: this Chromium may block third-party cookies.
    const dialog = frame.frameLocator('dialog iframe');
    const saved = frame.getByText('Saved by Maya Lind.');
    await saved.or(frame.locator('dialog[open]')).first().waitFor();
    if (!(await saved.isVisible())) {
      await dialog.locator('button[data-action="open"]').click();
      await saved.waitFor();
    }
    expect(await frame.getByRole('listitem').allInnerTexts()).toContain('half a note');

    const other = await context.newPage();
    await other.goto(menu);
    await other.getByLabel('Business unit').selectOption({ label: 'Alpine Outfitters Europe' });
    await other.getByRole('button', { name: 'Switch' }).click();
    await other.frameLocator('iframe[name="app"]').getByText('MID 510001101').waitFor();
    await frame.getByLabel('Note for the business unit').fill('for the first business unit');
    await frame.getByRole('button', { name: 'Save' }).click();
    await frame.getByText('Not saved: Load the page again').waitFor();
  });
});
