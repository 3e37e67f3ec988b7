import { readFileSync } from 'node:fs';

/** The package that a file belongs to, if any; `id` reads its version. */
export function packageOf(file: string): { name: string; id: () => string } | undefined {
  const [, folder, name] = /^(.*\/node_modules\/((?:@[^/]+\/)?[^/]+))\//.exec(file) ?? [];
  if (folder === undefined || name === undefined) return undefined;
  const id = (): string => {
    const { version } = JSON.parse(readFileSync(`${folder}/package.json`, 'utf8')) as { version: string };
    return `${name}@${version}`;
  };
  return { name, id };
}
