import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { ApiError, MarketingCloudError } from '../../src';
import { ERROR_REASONS } from '../../src/error-pages';
import { ERROR_CODES } from '../../src/errors';
import type { MarketingCloudEvents } from '../../src';
import { WARNING_CODES } from '../../src/warn';
import { readPage, wordOf, wordsWithPage } from '../support/error-pages';

type Block = MarketingCloudEvents['passport-marketing-cloud:sign-in-blocked']['reason'];

/** Why a sign-in in a frame is not begun. */
const BLOCKS: Readonly<Record<Block, true>> = {
  ...{ cookies_blocked: true, cookie_options: true, duplicate_cookies: true, sign_in_lost: true, too_often: true },
  cross_origin: true,
};
/** Words of JSON answers, and of the module for browsers. */
const ANSWERS = ['account_changed', 'cross_origin', 'sign_in_closed'];
const WORDS = [...new Set([...ERROR_CODES, ...ERROR_REASONS, ...Object.keys(BLOCKS), ...ANSWERS])];

const SECTIONS = [
  'What the user sees',
  'What happened',
  'Which cause it is, and the fix',
  'What to tell the user',
  'What not to do',
  'Related',
];

describe('the pages about errors', () => {
  test('are one for each code, reason and word of an answer, and no other', () => {
    expect(wordsWithPage().sort()).toEqual([...WORDS].sort());
    expect(WORDS.length).toBeGreaterThanOrEqual(40);
  });

  test.each(WORDS)('say all that a page must say: %s', (word) => {
    const page = readPage(`errors/${word}.md`);
    expect(page.startsWith(`# \`${word}\`\n`)).toBe(true);
    expect([...page.matchAll(/^## (.*)$/gm)].map(([, heading]) => heading)).toEqual(SECTIONS);
    for (const section of page.split(/^## .*$/m).slice(1)) expect(section.trim()).not.toBe('');
  });

  test('link into the repository by addresses of files that are there', () => {
    const links = WORDS.flatMap((word) => [
      ...readPage(`errors/${word}.md`).matchAll(/\]\(https:\/\/github\.com\/[\w-]+\/[\w-]+\/blob\/main\/([^)]+)\)/g),
    ]);
    const paths = links.map(([, path = '']) => path);
    expect(paths).toContain('docs/guides/secret-rotation.md');
    expect(paths.filter((path) => !existsSync(join(__dirname, '../..', path)))).toEqual([]);
  });

  test('are all in the index, once', () => {
    const listed = [...readPage('errors/README.md').matchAll(/^\| \[`(\w+)`\]\((\w+)\.md\)/gm)];
    expect(listed.filter(([, text, file]) => text !== file)).toEqual([]);
    expect(listed.map(([, word]) => word).sort()).toEqual([...WORDS].sort());
  });

  test('have a paragraph for each warning, and no other', () => {
    const headings = [...readPage('errors/warnings.md').matchAll(/^## `(\w+)`$/gm)].map(([, code]) => code);
    expect(headings.sort()).toEqual([...WARNING_CODES].sort());
  });
});

describe('docs of an error', () => {
  test.each(ERROR_CODES)('is the address of its code’s page: %s', (code) => {
    expect(new MarketingCloudError(code).docs).toBe(
      `https://github.com/passport-marketing-cloud/passport-marketing-cloud/blob/main/docs/errors/${code}.md`,
    );
  });

  test.each(ERROR_REASONS)('is the address of its reason’s page: %s', (reason) => {
    expect(wordOf(new MarketingCloudError('invalid_client', { reason }))).toBe(reason);
  });

  test('is the code’s page for a reason that has none, also one that holds a path', () => {
    for (const reason of ['of another release', '../../SECURITY', 'constructor']) {
      expect(wordOf(new MarketingCloudError('invalid_state', { reason: reason as never }))).toBe('invalid_state');
    }
  });

  test('can be enumerated, as hint can, and an ApiError has it too', () => {
    const errors = [new MarketingCloudError('rate_limited'), new ApiError({ status: 404 })];
    expect(errors.map(wordOf)).toEqual(['rate_limited', 'api_error']);
    for (const error of errors) {
      expect(Object.keys(error)).toEqual(expect.arrayContaining(['hint', 'docs']));
      expect(JSON.parse(JSON.stringify(error))).toMatchObject({ hint: error.hint, docs: error.docs });
    }
  });
});
