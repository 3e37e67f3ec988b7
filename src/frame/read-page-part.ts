import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A file of `pages/`. The published package has their texts in this function's place, written by `packaging/bundle.ts`. */
export function readPagePart(name: string): string {
  return readFileSync(join(__dirname, 'pages', name), 'utf8');
}
