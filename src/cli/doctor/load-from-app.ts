import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { asObject, parseObject, type JsonObject } from '../../own-properties';

/** Loads a package as a file of the app would: the app's own version of it. Undefined where it is not installed. */
export function loadFromApp(folder: string, name: string): JsonObject | undefined {
  const require = createRequire(join(folder, 'package.json'));
  try {
    const loaded: unknown = require(name);
    return asObject(typeof loaded === 'function' ? { ...Object(loaded) } : loaded);
  } catch {
    return undefined;
  }
}

/** The version of a package that is installed for the app. */
export function readInstalledVersion(folder: string, name: string): string | undefined {
  const folders = createRequire(join(folder, 'package.json')).resolve.paths(name) ?? [];
  for (const each of folders) {
    const version = readManifest(join(each, name))?.['version'];
    if (typeof version === 'string') return version;
  }
  return undefined;
}

/** The `package.json` in a folder; undefined when there is none that can be read. */
export function readManifest(folder: string): JsonObject | undefined {
  try {
    return parseObject(readFileSync(join(folder, 'package.json'), 'utf8'));
  } catch {
    return undefined;
  }
}
