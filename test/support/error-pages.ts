import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RequestHandler } from 'express';
import { MarketingCloudError, type ErrorCode, type ErrorReason } from '../../src';
import type { Emulator } from '../../src/emulator';
import type { Browser } from './browser';
import { appAt } from './scene';

const DOCS = join(__dirname, '../../docs');
const PAGES = 'https://github.com/passport-marketing-cloud/passport-marketing-cloud/blob/main/docs/errors/';

/** The words that have a page in `docs/errors`. */
export function wordsWithPage(): string[] {
  return readdirSync(join(DOCS, 'errors'))
    .map((file) => file.replace(/\.md$/, ''))
    .filter((word) => !['README', 'warnings'].includes(word));
}

/** A page of `docs`. */
export function readPage(path: string): string {
  return readFileSync(join(DOCS, path), 'utf8');
}

/** The word whose page an error names. */
export function wordOf(error: unknown): string | undefined {
  const { docs } = error as MarketingCloudError;
  return docs.startsWith(PAGES) && docs.endsWith('.md') ? docs.slice(PAGES.length, -'.md'.length) : undefined;
}

/** The pages that a row of `docs/troubleshooting.md` names: words of `docs/errors`, or names of other pages. */
export function pagesOfSymptom(row: number): string[] {
  const line = readPage('troubleshooting.md')
    .split('\n')
    .find((each) => new RegExp(`^\\| ${row} +\\|`).test(each));
  const cells = (line ?? '').split(' | ');
  return [...(cells.at(-1) ?? '').matchAll(/\]\((?:errors\/)?([\w-]+)\.md/g)].map(([, page = '']) => page);
}

/** An app whose callback route keeps the word of the page about each refusal and error, and `signed in` otherwise. */
export async function appWithWords(
  emulator: Emulator,
  options: Parameters<typeof appAt>[1] = {},
): Promise<{ readonly browser: Browser; readonly words: (string | undefined)[] }> {
  const words: (string | undefined)[] = [];
  const app = await appAt(emulator, {
    ...options,
    routes: (express, strategy, passport) => {
      express.get('/cb', (req, res, next) => {
        const keep = (error: unknown, user: unknown, info: { code: ErrorCode; reason?: ErrorReason }): void => {
          if (typeof user === 'object' && user !== null) words.push('signed in');
          else words.push(wordOf(error ?? new MarketingCloudError(info.code, { reason: info.reason })));
          res.end();
        };
        (passport.authenticate(strategy.name, keep as never) as RequestHandler)(req, res, next);
      });
    },
  });
  return { browser: app.browser(), words };
}
