import { afterEach } from '@jest/globals';
import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core';

/** A visitor with a separate browser window: nothing is shared with other visitors. */
export interface Visitor {
  readonly page: Page;
  readonly newTab: () => Promise<Page>;
  /** What a visitor must not see: errors in the console, breaches of the security policy, requests to other machines. */
  readonly trouble: string[];
  /** The status of the page that is shown in the first tab. */
  readonly status: () => number | undefined;
}

export const PHONE = { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true };

const REPORT_VIOLATIONS =
  "addEventListener('securitypolicyviolation', (event) => console.error('CSP', event.violatedDirective, event.blockedURI))";

const open: BrowserContext[] = [];

afterEach(async () => {
  await Promise.all(open.splice(0).map((context) => context.close()));
});

/** Opens a window, which is closed after the test. */
export async function visit(browser: Browser, options: BrowserContextOptions = {}): Promise<Visitor> {
  const context = await browser.newContext(options);
  open.push(context);
  const trouble: string[] = [];
  const pages = new Set<string>();
  let status: number | undefined;
  await context.addInitScript(REPORT_VIOLATIONS);
  context.on('request', (request) => {
    if (request.isNavigationRequest()) pages.add(request.url());
    const { protocol, hostname } = new URL(request.url());
    if (protocol !== 'data:' && hostname !== '127.0.0.1') trouble.push(`request to ${request.url()}`);
  });
  context.on('console', (message) => {
    // A page of an error has an error's status, and Chromium says so.
    const isStatusOfPage = message.text().startsWith('Failed to load resource') && pages.has(message.location().url);
    if (/error|warning/.test(message.type()) && !isStatusOfPage) trouble.push(message.text());
  });
  context.on('weberror', (error) => trouble.push(String(error.error())));
  const page = await context.newPage();
  page.on('response', (response) => {
    if (response.request().isNavigationRequest()) status = response.status();
  });
  return { page, newTab: () => context.newPage(), trouble, status: () => status };
}

/** Picks a user on the login page, and arrives where that leads. */
export async function pick(page: Page, name: string): Promise<void> {
  await page.getByRole('button', { name }).click();
}

/** Goes to a page, which asks to sign in, and signs in. */
export async function signIn(page: Page, address: string, name = 'Maya Lind'): Promise<void> {
  await page.goto(address);
  await pick(page, name);
  await page.getByRole('heading', { name: `Hello, ${name}` }).waitFor();
}
