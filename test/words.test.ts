import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import { describe, expect, test } from '@jest/globals';

const ROOT = join(__dirname, '..');

/** What is read: comments, names and strings of the code, and the documents. */
const CHECKED = [
  ...['src', 'docs', 'example-app', 'template', 'test', 'bench'],
  ...['README.md', 'CONTRIBUTING.md', 'SECURITY.md', 'CHANGELOG.md', 'eslint.config.mjs'],
];

/** Words that make a reader guess, each with what to write in its place. */
const UNCLEAR: readonly (readonly [words: RegExp, plainer: string])[] = [
  [/\b(?:whoever|whomever)\b/i, 'name the role: the user, the caller, the process that …'],
  [
    /\b(?:some|any|every)body\b|(?<!')\bnobody\b|\bnobody\b(?!')/i,
    'name the role: a user, a caller, another process, all requests',
  ],
  [/\b(?:whatever|whichever)\b/i, 'any …, regardless of …, or what it is'],
  [/\bmeanwhile\b/i, 'while …, during …, in the same period'],
  [/\b(?:of ours|our|that we)\b/i, 'the package’s, the package'],
  [/\b(?:that|which) is none\b/i, 'not a …, invalid'],
  [/\b(?:sees?|seeing) to it\b/i, 'ensures'],
  [/\b(?:in )?(?:these|the) papers\b/i, 'the docs'],
  [/\bha(?:s|ve) the word\b/i, 'wins, decides'],
  [/\bdata walks\b/i, 'data flows'],
  [/\bin \w+’s hands\b/i, 'in use by …'],
  [/\b(?:bury|bur(?:ies|ied|ying|ial))\b/i, 'mark dead'],
  [/\blet(?:s|ting)? ?go\b/i, 'release'],
  [/\bthe house\b|\bfloors\b/i, 'layers'],
  [/\bno such line\b/i, 'omit …'],
  [/\b(?:tells? of|told of)\b/i, 'publishes, reports, records'],
  [/\btime is over\b/i, 'has expired'],
];

function filesIn(path: string): string[] {
  const full = join(ROOT, path);
  if (statSync(full).isFile()) return [full];
  return readdirSync(full, { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.(?:[cm]?[jt]s|md|ejs|css)$/.test(file) && !/(?:^|\/)(?:node_modules|build|dist)\//.test(file))
    .map((file) => join(full, file));
}

/** `file:line "word": what to write` for each such word in a file. */
function findingsIn(file: string): string[] {
  const name = relative(ROOT, file);
  return readFileSync(file, 'utf8')
    .split('\n')
    .flatMap((line, index) =>
      UNCLEAR.flatMap(([words, plainer]) => {
        const found = words.exec(line)?.[0];
        return found === undefined ? [] : [`${name}:${index + 1} "${found}": ${plainer}`];
      }),
    );
}

const files = CHECKED.flatMap(filesIn).filter((file) => file !== __filename);

describe('the words', () => {
  test('are plain: no word makes a reader guess who or what is meant', () => {
    expect(files.length).toBeGreaterThan(300);
    expect(files.flatMap(findingsIn)).toEqual([]);
  });
});
