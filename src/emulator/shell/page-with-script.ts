import { randomBytes } from 'node:crypto';
import type { Response } from 'express';
import { html, Html } from '../login/html-template';

/** A page of the shell that frames other pages and runs a script. */
export interface PageWithScript {
  readonly title: string;
  readonly style: string;
  readonly content: (nonce: string) => Html;
  /** More directives of the Content-Security-Policy. */
  readonly policy?: readonly string[];
}

/** Sends a page whose scripts and styles need the nonce that `content` gets. */
export function sendPageWithScript(res: Response, { title, style, content, policy = [] }: PageWithScript): void {
  const nonce = randomBytes(16).toString('base64');
  const directives = [
    ...["default-src 'none'", "base-uri 'none'", 'frame-src *'],
    ...[`script-src 'nonce-${nonce}'`, `style-src 'nonce-${nonce}'`],
    ...policy,
  ];
  res
    .status(200)
    .set({
      'Cache-Control': 'no-store',
      'Content-Security-Policy': directives.join('; '),
      'X-Content-Type-Options': 'nosniff',
    })
    .type('html')
    .send(
      html`<!doctype html>
        <html lang="en">
          <head>
            <meta charset="utf-8" />
            <meta name="viewport" content="width=device-width, initial-scale=1" />
            <link rel="icon" href="data:," />
            <title>${title} – Marketing Cloud emulator</title>
            <style nonce="${nonce}">
              ${new Html(style)}
            </style>
          </head>
          <body>
            ${content(nonce)}
          </body>
        </html>`.text,
    );
}

/** A value as a script has it. No text in it ends the script. */
export function toLiteral(value: unknown): Html {
  return new Html(JSON.stringify(value).replaceAll('<', '\\u003c'));
}
