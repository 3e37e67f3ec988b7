import { join } from 'node:path';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { buildSync, transformSync, type BuildOptions, type Loader } from 'esbuild';

/** The entry points that share classes with each other. */
const SHARING = ['index', 'redis', 'postgres', 'sfmc-sdk'];
/** Those that share none. The command loads the emulator when it is asked to. */
const SEPARATE = ['emulator/index', 'testing/index', 'opentelemetry', 'cli/main'];

/**
 * Readable in a debugger: names and lines stay. Packages are not bundled. Packages that are loaded late are required:
 * Jest without configuration has no `import()` in CommonJS.
 */
const OPTIONS: BuildOptions = {
  ...{ bundle: true, platform: 'node', format: 'cjs', target: 'node20', packages: 'external' },
  supported: { 'dynamic-import': false },
};

/**
 * Writes the JavaScript that is published, from `source`: the modules without their types and comments. A file costs a third of a millisecond to load, so that 130 of them are 40 ms at
 * each start of an app: one file holds what the sharing entry points are made of, and each of these is a list of names. The
 * names stand there since an ES module that imports from CommonJS finds them by reading the text.
 */
export function bundleJavaScript(source: string, dist: string): void {
  const contents = SHARING.map((name, at) => `export * as entry${at} from './${name}.js';`).join('\n');
  const options: BuildOptions = { ...OPTIONS, absWorkingDir: source };
  buildSync({ ...options, stdin: { contents, resolveDir: source }, outfile: join(dist, 'core.js') });
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- it has just been written
  const core = require(join(dist, 'core.js')) as Record<string, object>;
  for (const [at, name] of SHARING.entries()) {
    const exported = Object.keys(core[`entry${at}`] ?? {}).map((one) => `exports.${one} = entry${at}.${one};`);
    const lines = ["'use strict';", `const { entry${at} } = require('./core');`, ...exported];
    writeFileSync(join(dist, `${name}.js`), `${lines.join('\n')}\n`);
  }
  for (const name of SEPARATE) {
    const external = name === 'cli/main' ? ['../emulator'] : [];
    buildSync({ ...options, entryPoints: [join(source, `${name}.js`)], external, outfile: join(dist, `${name}.js`) });
  }
}

/**
 * Puts the package's pages into the compiled module that reads them, so that they are also in a bundle of an app, which
 * has no folder of them beside it.
 */
export function inlinePages(folder: string, modules: string): void {
  const parts = Object.fromEntries(readdirSync(folder).map((file) => [file, toSmall(join(folder, file))]));
  const code = `const parts = ${JSON.stringify(parts)};\nexport function readPagePart(name) {\n  return parts[name];\n}\n`;
  writeFileSync(join(modules, 'frame/read-page-part.js'), code);
}

/** Writes the module for browsers. Its declarations stay as they are. */
export function writeBrowserFiles(source: string, dist: string): void {
  for (const file of readdirSync(source)) {
    const isDeclaration = file.endsWith('.d.mts');
    writeFileSync(join(dist, file), isDeclaration ? readFileSync(join(source, file)) : toSmall(join(source, file)));
  }
}

/** What browsers get: a script, a style or a page without comments and spaces. */
function toSmall(path: string): string {
  const text = readFileSync(path, 'utf8');
  const loader = path.replace('.mjs', '.js').split('.').at(-1) as Loader | 'html';
  return loader === 'html' ? text.replaceAll(/\n\s*/g, '\n') : transformSync(text, { loader, minify: true }).code;
}
