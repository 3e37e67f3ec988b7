import type { Response } from 'express';
import { html } from './html-template';
import { sendPage } from './page-layout';

/** The content of an error page. */
export interface Problem {
  readonly title: string;
  readonly text: string;
  readonly fix: string;
  readonly detail?: string | undefined;
}

/** Sends an error page that says what is wrong and what to do. */
export function sendProblemPage(res: Response, status: number, { title, text, fix, detail }: Problem): void {
  sendPage(
    res,
    status,
    title,
    html`<p>${text}</p>
      ${detail === undefined ? undefined : html`<code>${detail}</code>`}
      <h2>What to do</h2>
      <p>${fix}</p>`,
  );
}
