import type { Response } from 'express';
import { html } from './html-template';
import { sendPage } from './page-layout';

const LOOPBACK_HOSTS: ReadonlySet<string> = new Set(['127.0.0.1', '[::1]', 'localhost']);

/** Sends the page after a sign-out, with a link to `service` when it is on loopback. */
export function sendSignedOutPage(res: Response, service: string): void {
  const link = isOnLoopback(service)
    ? html`<p class="actions"><a class="go" href="${service}">Back to the app</a></p>`
    : html`<p>Go back to the app: its next sign-in asks who you are.</p>`;
  sendPage(
    res,
    200,
    'Signed out',
    html`<p>You are signed out of Marketing Cloud.</p>
      ${link}
      <p class="soft">Tokens that were issued without the scope “offline” have been revoked.</p>`,
  );
}

function isOnLoopback(service: string): boolean {
  if (!URL.canParse(service)) return false;
  const { protocol, hostname } = new URL(service);
  return /^https?:$/.test(protocol) && LOOPBACK_HOSTS.has(hostname);
}
