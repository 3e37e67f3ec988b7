import { readPagePart } from './read-page-part';

/** The package's own pages: `sign-in.html`, and so on; all share `layout.html` and `page.css`. */
export type PageName = 'sign-in' | 'relay' | 'landing' | 'cookie-missing';

/** The scripts of each page, in their order. */
const SCRIPTS: Readonly<Record<PageName, readonly string[]>> = {
  'sign-in': ['departures.js', 'sign-in.js'],
  relay: ['relay.js'],
  landing: ['landing.js'],
  'cookie-missing': [],
};

interface PageFiles {
  readonly html: string;
  readonly script: string;
  readonly style: string;
}

const read = new Map<PageName, PageFiles>();

/** The files of a page, read once. A page without scripts has an empty one. */
export function getPageFiles(name: PageName): PageFiles {
  const known = read.get(name);
  if (known !== undefined) return known;
  const script = SCRIPTS[name].map((file) => readPagePart(file)).join('\n');
  const html = readPagePart('layout.html').replace('{{content}}', () => readPagePart(`${name}.html`));
  const files = { html, script, style: readPagePart('page.css') };
  read.set(name, files);
  return files;
}
