import { readdirSync, readFileSync } from 'node:fs';
import { join, sep } from 'node:path';

/** A link to the lines of this app that made a card of a page. */
export interface SourceLink {
  readonly url: string;
  /** Such as `src/app.ts, lines 48–55`. */
  readonly label: string;
}

const REPOSITORY = 'https://github.com/passport-marketing-cloud/passport-marketing-cloud/blob/main/example-app';
const START = /^ *\/\/ #region ([a-z-]+)$/;
const END = /^ *\/\/ #endregion$/;

/**
 * Finds the regions of the source files, by name: the lines between `// #region name` and `// #endregion`. They are read
 * when the app starts, so they follow every change of a file. Without the sources, as where only the compiled files are
 * installed, there are none.
 *
 * @param folder the folder with `src`
 * @throws Error if two regions have the same name, or if one has no end
 */
export function findSourceLinks(folder: string): ReadonlyMap<string, SourceLink> {
  const links = new Map<string, SourceLink>();
  for (const file of listSources(folder)) {
    let open: { readonly name: string; readonly first: number } | undefined;
    readFileSync(join(folder, file), 'utf8')
      .split('\n')
      .forEach((line, index) => {
        const name = START.exec(line)?.[1];
        if (name !== undefined) {
          if (open !== undefined || links.has(name)) throw new Error(`${file}: the region ${name} cannot start here.`);
          // Lines count from 1, and the first one of the region is after its marker.
          open = { name, first: index + 2 };
        } else if (open !== undefined && END.test(line)) {
          links.set(open.name, toLink(file, open.first, index));
          open = undefined;
        }
      });
    if (open !== undefined) throw new Error(`${file}: the region ${open.name} has no end.`);
  }
  return links;
}

function listSources(folder: string): string[] {
  try {
    return readdirSync(join(folder, 'src'), { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts'))
      .map((file) => `src/${file.split(sep).join('/')}`);
  } catch {
    return [];
  }
}

function toLink(file: string, first: number, last: number): SourceLink {
  return { url: `${REPOSITORY}/${file}#L${first}-L${last}`, label: `${file}, lines ${first}–${last}` };
}
