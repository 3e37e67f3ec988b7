import { signInThroughPages } from '../../src/emulator/sign-in-through-pages';
import type { Browser } from '../support/browser';

/** Signs a user in on the emulator's login page. Returns the dashboard. */
export async function signInTo(browser: Browser, username = 'maya.lind'): Promise<string> {
  const { location } = await browser.get('/login');
  const { origin, port } = new URL(location);
  const server = { origin, port: Number(port), ca: undefined };
  const callback = new URL(await signInThroughPages(location, username, server));
  await browser.get(`${callback.pathname}${callback.search}`);
  return (await browser.get('/dashboard')).text;
}

/** Sends a form as the app's pages do. */
export function sendForm(
  browser: Browser,
  path: string,
  fields: Readonly<Record<string, string>>,
): ReturnType<Browser['send']> {
  return browser.send(path, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded', 'sec-fetch-site': 'same-origin' },
    body: new URLSearchParams(fields).toString(),
  });
}
