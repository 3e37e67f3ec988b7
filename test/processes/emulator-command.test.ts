import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { afterEach, expect, test } from '@jest/globals';

const ROOT = join(__dirname, '../..');
const running: ChildProcess[] = [];

afterEach(() => {
  for (const child of running.splice(0)) child.kill('SIGKILL');
});

interface Run {
  readonly child: ChildProcess;
  readonly output: () => string;
  readonly ended: Promise<number | null>;
}

function run(...args: readonly string[]): Run {
  const command = ['-r', 'esbuild-register', join(ROOT, 'src/cli/main.ts'), ...args];
  const child = spawn(process.execPath, command, { cwd: ROOT });
  running.push(child);
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const ended = once(child, 'close').then(([code]) => (typeof code === 'number' ? code : null));
  return { child, output: () => output, ended };
}

async function started(run: Run): Promise<void> {
  while (!run.output().includes('Press Ctrl+C')) await once(run.child.stdout ?? run.child, 'data');
}

test('emulator runs until it is interrupted, and prints what .env of an app needs', async () => {
  const command = run('emulator');
  await started(command);
  expect(command.output()).toMatch(/NOT Salesforce, NOT FOR PRODUCTION/);
  expect(command.output()).toMatch(
    /MC_SUBDOMAIN=mcemulator-alpine-outfitters\n\s+MC_CLIENT_ID=\w+\n\s+MC_CLIENT_SECRET=\w+\n\s+MC_BASE_URL_TEMPLATE=http:\S+\n\s+MC_CALLBACK_URL=https:/,
  );
  const [template = ''] = /http:\/\/127\.0\.0\.1:\d+\/\{subdomain\}\/\{service\}/.exec(command.output()) ?? [];
  const base = template.replace('{subdomain}', 'mcemulator-alpine-outfitters').replace('{service}', 'auth');
  expect((await fetch(`${base}/v2/userinfo`)).status).toBe(400);
  command.child.kill('SIGINT');
  expect(await command.ended).toBe(0);
});

test('emulator --https prints the file of its authority', async () => {
  const command = run('emulator', '--https', '--port', '0');
  await started(command);
  expect(command.output()).toMatch(/MC_BASE_URL_TEMPLATE=https:\/\/127\.0\.0\.1:\d+\/\{subdomain\}\/\{service\}\n/);
  expect(command.output()).toMatch(/NODE_EXTRA_CA_CERTS=\S+ca\.pem/);
  command.child.kill('SIGTERM');
  expect(await command.ended).toBe(0);
});

test.each([
  [['--help'], 0, /Usage: passport-marketing-cloud <command>/],
  [[], 2, /Usage: passport-marketing-cloud <command>/],
  [['emulator', '--help'], 0, /emulator \[--port N\] \[--https\]/],
  [['emulate'], 2, /there is no command "emulate"/],
  [['emulator', '--port', '70000'], 2, /--port must be a number from 0 \(any free port\) to 65535, not "70000"/],
  [['emulator', '--port'], 2, /--port/],
  [['emulator', '--prot', '1'], 2, /--prot/],
] as const)('%j ends with %i', async (args, code, text) => {
  const command = run(...args);
  expect(await command.ended).toBe(code);
  expect(command.output()).toMatch(text);
});

test('a port in use is an error that names the port', async () => {
  const first = run('emulator');
  await started(first);
  const [, port = ''] = /Listening on http:\/\/127\.0\.0\.1:(\d+)/.exec(first.output()) ?? [];
  const second = run('emulator', '--port', port);
  expect(await second.ended).toBe(1);
  expect(second.output()).toContain(`port ${port} is taken; choose another with --port`);
});
