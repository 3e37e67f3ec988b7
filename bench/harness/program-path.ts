import { extname, join } from 'node:path';

/** The path of a program in `bench`: TypeScript in a test, JavaScript in a build. */
export function programPath(name: string): string {
  return join(__dirname, '..', `${name}${extname(__filename)}`);
}
