import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bundleJavaScript, inlinePages, writeBrowserFiles } from './bundle';
import { pruneDeclarations } from './prune-declarations';

const ENTRY_POINTS = ['index', 'redis', 'postgres', 'sfmc-sdk', 'opentelemetry', 'emulator/index', 'testing/index'];

/** Writes `dist` as npm publishes it: bundles, and the declarations that its entry points lead to. */
function main(root: string): void {
  const dist = join(root, 'dist');
  const modules = mkdtempSync(join(tmpdir(), 'passport-marketing-cloud-'));
  rmSync(dist, { recursive: true, force: true });
  compile(['--emitDeclarationOnly', '--outDir', dist]);
  pruneDeclarations(
    dist,
    ENTRY_POINTS.map((name) => `${name}.d.ts`),
  );
  // Its types have just been checked.
  compile(['--noCheck', '--declaration', 'false', '--removeComments', '--module', 'es2022', '--outDir', modules]);
  inlinePages(join(root, 'src/frame/pages'), modules);
  bundleJavaScript(modules, dist);
  writeBrowserFiles(join(root, 'src/browser'), dist);
  rmSync(modules, { recursive: true });
}

function compile(options: readonly string[]): void {
  const compiler = require.resolve('typescript/bin/tsc');
  execFileSync(process.execPath, [compiler, '-p', 'tsconfig.build.json', ...options], { stdio: 'inherit' });
}

main(process.cwd());
