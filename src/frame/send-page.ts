import { createSecret } from '../identifiers';
import type { ServerResponse } from 'node:http';
import { getPageFiles, type PageName } from './page-files';

/** A page to be sent. */
export interface Page {
  readonly name: PageName;
  readonly status: number;
  /** The `data-marketing-cloud` of the root element: what the page shows at first. */
  readonly state: string;
  /** For developers, in the page's title. */
  readonly title?: string | undefined;
  /** What the page's script is told. */
  readonly config?: object | undefined;
  readonly frameAncestors: readonly string[];
  /** What the page may show in frames, besides itself and https. */
  readonly frameSources?: readonly string[] | undefined;
}

/** Where a part goes, in a comment within scripts and styles. */
const PLACE = /(?:\/\*)?\{\{(\w+)\}\}(?:\*\/)?/g;

/** Sends one of the package's pages: no script, style or text in it comes from a request, or is kept by a browser. */
export function sendPage(res: ServerResponse, page: Page): void {
  const { html, script, style } = getPageFiles(page.name);
  const nonce = createSecret();
  const parts: Readonly<Record<string, string>> = {
    nonce,
    state: escapeHtml(page.state),
    title: escapeHtml(page.title ?? 'Sign in to Marketing Cloud'),
    // A data block: nothing in it may end the element or begin a comment.
    config: JSON.stringify(page.config ?? {}).replaceAll('<', '\\u003c'),
    script,
    style,
  };
  const body = html.replaceAll(PLACE, (_all, name: string) => parts[name] ?? '');
  res.statusCode = page.status;
  res.setHeader('Content-Type', 'text/html; charset=utf-8');
  res.setHeader('Cache-Control', 'no-store');
  res.setHeader('Referrer-Policy', 'no-referrer');
  res.setHeader('X-Content-Type-Options', 'nosniff');
  res.setHeader('Content-Security-Policy', toPolicy(page, nonce));
  res.end(body);
}

function toPolicy({ frameAncestors, frameSources = [] }: Page, nonce: string): string {
  return [
    "default-src 'none'",
    `script-src 'nonce-${nonce}'`,
    `style-src 'nonce-${nonce}'`,
    "connect-src 'self'",
    ["frame-src 'self' https:", ...frameSources].join(' '),
    "base-uri 'none'",
    "form-action 'none'",
    `frame-ancestors ${frameAncestors.join(' ')}`,
  ].join('; ');
}

function escapeHtml(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
