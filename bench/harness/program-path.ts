import { join } from 'node:path';

/** The path of a program in `bench`, as it is built. */
export function programPath(name: string): string {
  return join(__dirname, '..', `${name}.js`);
}
