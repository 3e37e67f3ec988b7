import { readPagePart } from './read-page-part';

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
  const script = name === 'cookie-missing' ? '' : readPagePart(`${name}.js`);
  const html = readPagePart('layout.html').replace('{{content}}', () => readPagePart(`${name}.html`));
  const files = { html, script, style: readPagePart('page.css') };
  read.set(name, files);
  return files;
}
