import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { anchorsOf, linksOf, withoutCode } from './markdown';

const ROOT = join(__dirname, '../..');
const readme = readFileSync(join(ROOT, 'README.md'), 'utf8');
const { homepage } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { homepage: string };
const REPOSITORY = homepage.replace(/#.*/, '');

/** The paths of the repository that a document links to by absolute addresses, with their anchors. */
function pathsOfRepository(document: string): string[] {
  return [...document.matchAll(/\]\(([^)\s]+)\)|^\[[^\]]+\]: (\S+)$|<img [^>]*src="([^"]+)"/gm)]
    .map(([, link, defined, image]) => link ?? defined ?? image ?? '')
    .filter((address) => address.startsWith(`${REPOSITORY}/`))
    .map((address) => address.slice(REPOSITORY.length));
}

/** Whether there is such a file or folder on the main branch, and such a heading in it. */
function isThere(path: string): boolean {
  if (['/issues', '/security', '/releases', '/discussions'].includes(path)) return true;
  const [, file = '', anchor] = /^\/(?:blob|tree|raw)\/main\/([^#]*)#?(.*)$/.exec(path) ?? [];
  if (file === '' || !existsSync(join(ROOT, file))) return false;
  return anchor === undefined || anchor === '' || anchorsOf(readFileSync(join(ROOT, file), 'utf8')).includes(anchor);
}

// npm shows the README alone.
describe('the README’s links', () => {
  test('lead to one of its headings, or have an absolute address', () => {
    expect(linksOf(readme).filter((link) => !link.startsWith('#'))).toEqual([]);
    expect(withoutCode(readme).match(/<(?:img|a) [^>]*(?:src|href)="(?!https:|#)[^"]*"/g) ?? []).toEqual([]);
  });

  test('into the repository lead to files and headings that are there', () => {
    expect(REPOSITORY).toBe('https://github.com/passport-marketing-cloud/passport-marketing-cloud');
    expect(isThere('/blob/main/docs/architecture.md#layers')).toBe(true);
    expect(['/blob/main/docs/none.md', '/blob/main/docs/architecture.md#none'].filter(isThere)).toEqual([]);
    expect(pathsOfRepository(readme).length).toBeGreaterThan(20);
    expect(pathsOfRepository(readme).filter((path) => !isThere(path))).toEqual([]);
  });
});
