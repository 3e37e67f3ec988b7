import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { CommandLineError } from '../../src/cli/command-line-error';
import { makeCertificates } from '../support/certificates';
import { emulatorVariables, examine } from '../support/doctor';
import { emulate } from '../support/scene';
import { openTlsServer } from '../support/tls-server';

const ROOT = join(__dirname, '../..');
const running: ChildProcess[] = [];
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mcg-doctor-'));
});
afterEach(() => {
  for (const child of running.splice(0)) child.kill('SIGKILL');
});
afterAll(() => rm(folder, { recursive: true }));

interface Run {
  readonly child: ChildProcess;
  readonly output: () => string;
  readonly ended: Promise<number | null>;
}

/** Runs the command with these variables only. */
function run(args: readonly string[], env: Record<string, string> = {}): Run {
  const command = ['-r', 'esbuild-register', join(ROOT, 'src/cli/main.ts'), 'doctor', ...args];
  const child = spawn(process.execPath, command, { cwd: ROOT, env });
  running.push(child);
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const ended = once(child, 'close').then(([code]) => (typeof code === 'number' ? code : null));
  return { child, output: () => output, ended };
}

async function writeVariables(name: string, variables: Record<string, string>): Promise<string> {
  const file = join(folder, name);
  await writeFile(
    file,
    Object.entries(variables)
      .map(([key, value]) => `${key}="${value}"\n`)
      .join(''),
  );
  return file;
}

test('doctor reads a file, prints each line as it is decided, and ends with 0 where nothing has failed', async () => {
  const emulator = await emulate();
  let answer: () => void = () => undefined;
  emulator.fault('token', { until: new Promise<void>((resolve) => (answer = resolve)) });
  const file = await writeVariables('right.env', emulatorVariables(emulator));
  const doctor = run(['--env', file]);
  // The token call is held back until the lines before it are there.
  while (!doctor.output().includes('SESSION_SECRET is long and random'))
    await once(doctor.child.stdout ?? doctor.child, 'data');
  expect(doctor.output()).not.toContain('The token endpoint answers');
  answer();
  expect(await doctor.ended).toBe(0);
  expect(doctor.output()).toMatch(/^\nNode and packages\n {2}passed {3}Node is new enough: Node [\d.]+\n/);
  expect(doctor.output()).toMatch(
    / {2}warned {3}The base URLs are [^\n]+\n {11}Fix: Unset MC_BASE_URL_TEMPLATE[^\n]+\n {11}See: https:/,
  );
  expect(doctor.output()).toMatch(
    / {2}passed {3}Marketing Cloud accepts client id and secret: only the made-up code is refused\n/,
  );
  expect(doctor.output()).toMatch(/\n\d+ passed, 1 warned, 0 failed, \d+ skipped\n$/);
});

test('doctor takes a variable of the environment before that of the file, and ends with 1 where a rule has failed', async () => {
  const emulator = await emulate();
  const file = await writeVariables('wrong.env', emulatorVariables(emulator));
  const doctor = run(['--env-file', file], { MC_CLIENT_SECRET: 'a-secret-of-another-app' });
  expect(await doctor.ended).toBe(1);
  expect(doctor.output()).toMatch(/failed {3}Marketing Cloud accepts client id and secret/);
  expect(doctor.output()).not.toContain('a-secret-of-another-app');
});

test('doctor trusts the authority that NODE_EXTRA_CA_CERTS names', async () => {
  const emulator = await emulate({ https: true });
  const ca = join(folder, 'ca.pem');
  await writeFile(ca, emulator.ca ?? '');
  const env = { ...emulatorVariables(emulator), MC_BASE_URL_TEMPLATE: `${emulator.url}/{subdomain}/{service}` };
  const trusting = run(['--json'], { ...env, NODE_EXTRA_CA_CERTS: ca });
  expect(await trusting.ended).toBe(0);
  const { ok, checks } = JSON.parse(trusting.output()) as { ok: boolean; checks: { id: string; message: string }[] };
  expect(ok).toBe(true);
  expect(checks.find(({ id }) => id === 'tls-auth')?.message).toMatch(/speaks TLSv1\.3/);
  const distrusting = await examine(env);
  expect(distrusting.of('tls-auth')).toMatchObject({
    status: 'failed',
    fix: expect.stringMatching(/NODE_EXTRA_CA_CERTS/),
  });
});

test.each([
  ['expired', /expired certificate/],
  ['wrongName', /certificate for another name/],
] as const)('doctor says what is wrong with a certificate: %s', async (which, message) => {
  const certificates = makeCertificates();
  const server = await openTlsServer(certificates[which]);
  const ca = join(folder, `${which}.pem`);
  await writeFile(ca, certificates.ca);
  const env = { MC_SUBDOMAIN: 'mc563885gzs27c5t9-63k636ttgm', MC_BASE_URL_TEMPLATE: server.template };
  const doctor = run(['--json'], { ...env, NODE_EXTRA_CA_CERTS: ca });
  expect(await doctor.ended).toBe(1);
  expect(doctor.output()).toMatch(message);
  await server.close();
});

test.each([
  [['--help'], 0, /Usage: passport-marketing-cloud doctor \[--env F\] \[--json\]/],
  [['--env'], 2, /--env/],
  [['--env', 'missing.env'], 2, /missing\.env cannot be read \(ENOENT\); give the path of a file to --env/],
  [['--env', 'a.env', '--env-file', 'package.json'], 2, /give one of --env and --env-file/],
  [['--jsn'], 2, /--jsn/],
  [['tenant'], 2, /tenant/],
] as const)('doctor %j ends with %i', async (args, code, text) => {
  const doctor = run(args);
  expect(await doctor.ended).toBe(code);
  expect(doctor.output()).toMatch(text);
});

// In process, since Node reads `--env-file` behind the program's name itself, and ends with 9 for a missing file.
test('doctor also takes the file by --env-file', async () => {
  await expect(examine({}, ROOT, '--env-file', 'missing.env')).rejects.toThrow(
    new CommandLineError('missing.env cannot be read (ENOENT); give the path of a file to --env'),
  );
});
