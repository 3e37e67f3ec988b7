import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const ROOT = join(__dirname, '../../..');

/** Which program to run, and when it is signalled. */
export interface SignalledProgram {
  /** Its file, from the root of the project. */
  readonly file: string;
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** A part of the line at which the signals arrive. Default: as soon as the program listens for the first of them. */
  readonly at?: string;
  readonly signals: readonly NodeJS.Signals[];
}

/** How it ended. */
export interface SignalledEnd {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly output: string;
  readonly errors: string;
  /** What is left in its temporary folder. */
  readonly left: readonly string[];
}

/** Runs a program that receives signals at a given moment, and waits for its end. */
export async function runSignalled(program: SignalledProgram): Promise<SignalledEnd> {
  const folder = mkdtempSync(join(tmpdir(), 'signalled-'));
  const preloads = ['-r', 'esbuild-register', '-r', join(__dirname, 'signal-at-line.ts')];
  try {
    const child = spawn(process.execPath, [...preloads, join(ROOT, program.file), ...(program.args ?? [])], {
      cwd: ROOT,
      env: {
        ...{ PATH: process.env['PATH'], TMPDIR: folder, ...program.env },
        ...{ SIGNAL_AT: program.at ?? '', SIGNALS: program.signals.join(',') },
      },
    });
    let output = '';
    let errors = '';
    child.stdout.on('data', (chunk) => (output += String(chunk)));
    child.stderr.on('data', (chunk) => (errors += String(chunk)));
    const [code, signal] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null];
    return { code, signal, output, errors, left: readdirSync(folder) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
