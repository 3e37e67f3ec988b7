import { randomBytes } from 'node:crypto';
import type { Response } from 'express';
import { html, type Html } from './html-template';
import { STYLE } from './style';

/**
 * Sends a page of the login host. It cannot be framed, runs no script, and says that it is an emulator. It has an empty
 * icon, so that browsers do not request one.
 *
 * The Content-Security-Policy has no `form-action`: browsers also apply it to the redirects after a form, and these lead
 * to the app.
 */
export function sendPage(res: Response, status: number, title: string, content: Html): void {
  const nonce = randomBytes(16).toString('base64');
  res
    .status(status)
    .set({
      'Cache-Control': 'no-store',
      'Content-Security-Policy': `default-src 'none'; style-src 'nonce-${nonce}'; img-src data:; base-uri 'none'; frame-ancestors 'none'`,
      'Referrer-Policy': 'no-referrer',
      'X-Content-Type-Options': 'nosniff',
      'X-Frame-Options': 'deny',
    })
    .type('html')
    .send(layout(title, content, nonce).text);
}

function layout(title: string, content: Html, nonce: string): Html {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="robots" content="noindex" />
        <link rel="icon" href="data:," />
        <title>${title} – Marketing Cloud emulator</title>
        <style nonce="${nonce}">
          ${STYLE}
        </style>
      </head>
      <body>
        <p class="notice" role="note">
          <strong>Emulator.</strong> This is not Salesforce and not for production: anyone can sign in, without a
          password.
        </p>
        <main>
          <h1>${title}</h1>
          ${content}
        </main>
      </body>
    </html> `;
}
