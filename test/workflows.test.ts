import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';

const ROOT = join(__dirname, '..');
const FOLDER = join(ROOT, '.github/workflows');

interface Step {
  readonly uses?: string;
  readonly run?: string;
  readonly with?: Readonly<Record<string, unknown>>;
  readonly env?: Readonly<Record<string, unknown>>;
}

interface Job {
  readonly permissions?: Readonly<Record<string, string>>;
  readonly strategy?: { readonly matrix: Readonly<Record<string, readonly unknown[]>> };
  readonly services?: Readonly<Record<string, unknown>>;
  readonly steps: readonly Step[];
}

interface Workflow {
  readonly on: Readonly<Record<string, unknown>>;
  readonly permissions?: object;
  readonly jobs: Readonly<Record<string, Job>>;
}

const names = readdirSync(FOLDER);
const textOf = (name: string): string => readFileSync(join(FOLDER, name), 'utf8');
const workflows = names.map((name) => ({ name, text: textOf(name), workflow: parse(textOf(name)) as Workflow }));
const jobs = workflows.flatMap(({ name, workflow }) =>
  Object.entries(workflow.jobs).map(([job, value]) => ({ where: `${name} ${job}`, job: value })),
);
const steps = jobs.flatMap(({ where, job }) => job.steps.map((step) => ({ where, step })));
const commands = steps.flatMap(({ step }) => step.run ?? []);

describe('the workflows', () => {
  test('use actions by their full commit, with the version in a comment', () => {
    const uses = workflows.flatMap(({ text }) => text.match(/^ *(?:- )?uses:.*$/gm) ?? []);
    expect(uses.length).toBe(steps.filter(({ step }) => step.uses !== undefined).length);
    expect(uses.length).toBeGreaterThan(0);
    expect(uses.filter((line) => !/uses: [\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/.test(line))).toEqual([]);
    // One version of each, everywhere.
    const versions = new Set(uses.map((line) => line.replace(/.*uses: /, '')));
    const actions = new Set([...versions].map((version) => version.split('@')[0]));
    expect(versions.size).toBe(actions.size);
  });

  test('grant nothing at the top, and the least in each job', () => {
    expect(workflows.map(({ workflow }) => workflow.permissions)).toEqual(names.map(() => ({})));
    const granted = Object.fromEntries(jobs.map(({ where, job }) => [where, job.permissions]));
    const { 'release.yml publish': publish, ...others } = granted;
    expect(publish).toEqual({ contents: 'read', 'id-token': 'write' });
    expect(Object.values(others)).toEqual(Object.keys(others).map(() => ({ contents: 'read' })));
  });

  test('start for changes and tags only, and never with the rights of the repository for a stranger’s code', () => {
    const triggers = workflows.flatMap(({ workflow }) => Object.keys(workflow.on));
    expect(new Set(triggers)).toEqual(new Set(['push', 'pull_request']));
  });

  test('keep no credentials in the checkout, hold no secrets, and run no install scripts', () => {
    const checkouts = steps.filter(({ step }) => step.uses?.startsWith('actions/checkout@'));
    expect(checkouts.length).toBe(jobs.length);
    expect(checkouts.filter(({ step }) => step.with?.['persist-credentials'] !== false)).toEqual([]);
    expect(workflows.filter(({ text }) => /\bsecrets\b|NODE_AUTH_TOKEN/.test(text))).toEqual([]);
    const installs = commands.filter((command) => /\bnpm (?:ci|i|install)\b/.test(command));
    expect(installs.length).toBe(jobs.length);
    expect(installs.filter((command) => command !== 'npm ci --ignore-scripts')).toEqual([]);
  });

  test('put no text of an event into a shell', () => {
    expect(commands.filter((command) => command.includes('${{'))).toEqual([]);
  });

  test('run scripts that exist, and with them every part of test:all', () => {
    const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { scripts: object };
    const run = commands.flatMap((command) => [
      ...command.matchAll(/\bnpm (?:run )?(test|[\w-]+:[\w-]+|build)\b(?!:)/g),
    ]);
    const scriptNames = run.map(([, name = '']) => name);
    expect(scriptNames.filter((name) => !(name in scripts))).toEqual([]);
    expect(scriptNames).toEqual(expect.arrayContaining(['test', 'test:rest', 'test:services', 'test:all']));
  });

  test('run on every supported line of Node, with Redis and PostgreSQL', () => {
    const { test: often, rest, services } = workflows.find(({ name }) => name === 'ci.yml')?.workflow.jobs ?? {};
    expect(often?.strategy?.matrix['node']).toEqual([20, 22, 24, 26]);
    expect(services?.strategy?.matrix['node']).toEqual([20, 22, 24, 26]);
    for (const job of [rest, services]) expect(Object.keys(job?.services ?? {})).toEqual(['redis', 'postgres']);
    const runtimes = JSON.parse(readFileSync(join(ROOT, 'test/runtimes/package.json'), 'utf8')) as {
      optionalDependencies: object;
    };
    const lines = Object.keys(runtimes.optionalDependencies).filter((name) => /^node\d+$/.test(name));
    expect(lines).toEqual(['node20', 'node22', 'node24', 'node26']);
  });

  test('publish a tag, with provenance', () => {
    const { publishConfig } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { publishConfig: object };
    expect(publishConfig).toEqual({ access: 'public', provenance: true });
    expect(workflows.find(({ name }) => name === 'release.yml')?.workflow.on).toEqual({ push: { tags: ['v*'] } });
    expect(existsSync(join(ROOT, 'docs/releasing.md'))).toBe(true);
  });
});
