import type { Response } from 'express';
import { html } from './html-template';

/** Sends a page that moves on by itself, as between the steps of a sign-in. It may be framed, as those are. */
export function sendMovingPage(res: Response, to: string): void {
  res
    .set({ 'Cache-Control': 'no-store', 'Content-Security-Policy': "default-src 'none'; base-uri 'none'" })
    .type('html')
    .send(
      html`<!doctype html>
        <html lang="en">
          <head>
            <meta charset="utf-8" />
            <meta http-equiv="refresh" content="0; url=${to}" />
            <title>One moment – Marketing Cloud emulator</title>
          </head>
          <body>
            <p>One moment…</p>
          </body>
        </html>`.text,
    );
}
