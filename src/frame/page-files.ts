import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The package's own pages: `sign-in.html` with `sign-in.js`, and so on; all share `layout.html` and `page.css`. */
export type PageName = 'sign-in' | 'relay' | 'landing' | 'cookie-missing';

interface PageFiles {
  readonly html: string;
  readonly script: string;
  readonly style: string;
}

const read = new Map<PageName, PageFiles>();

/** The files of a page, read once. A page without a script has an empty one. */
export function getPageFiles(name: PageName): PageFiles {
  const known = read.get(name);
  if (known !== undefined) return known;
  const script = name === 'cookie-missing' ? '' : readPart(`${name}.js`);
  const html = readPart('layout.html').replace('{{content}}', () => readPart(`${name}.html`));
  const files = { html, script, style: readPart('page.css') };
  read.set(name, files);
  return files;
}

function readPart(name: string): string {
  return readFileSync(join(__dirname, 'pages', name), 'utf8');
}
