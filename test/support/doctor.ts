import { join } from 'node:path';
import { runDoctor } from '../../src/cli/doctor/doctor-command';
import { collectFacts } from '../../src/cli/doctor/facts';
import type { Finding } from '../../src/cli/doctor/finding';
import type { Rule } from '../../src/cli/doctor/rule';
import type { Environment } from '../../src/cli/doctor/variables';
import type { Emulator, StrategyChoice } from '../../src/emulator';

const ROOT = join(__dirname, '../..');

/** One entry of `--json`. */
export interface PrintedCheck {
  readonly id: string;
  readonly title: string;
  readonly status: 'passed' | 'warned' | 'failed' | 'skipped';
  readonly message: string;
  readonly fix?: string;
  readonly docs: string;
}

/** What one run of the doctor has printed. */
export interface Examination {
  readonly exitCode: number;
  readonly output: string;
  readonly ok: boolean;
  readonly ids: readonly string[];
  /** The check with this id. */
  readonly of: (id: string) => PrintedCheck;
  /** The ids of the checks with this status. */
  readonly with: (status: PrintedCheck['status']) => string[];
}

/** Runs `doctor --json` on an environment. */
export async function examine(env: Environment, folder = ROOT, ...args: readonly string[]): Promise<Examination> {
  let output = '';
  const write = (text: string): void => void (output += text);
  const exitCode = await runDoctor(['--json', ...args], { env, folder, write, hasColours: false });
  const { ok, checks } = JSON.parse(output) as { ok: boolean; checks: PrintedCheck[] };
  return {
    exitCode,
    output,
    ok,
    ids: checks.map(({ id }) => id),
    of: (id) => {
      const check = checks.find((one) => one.id === id);
      if (check === undefined) throw new Error(`There is no check ${id}.`);
      return check;
    },
    with: (status) => checks.filter((check) => check.status === status).map(({ id }) => id),
  };
}

/** The variables of an app at an emulator, with nothing to complain of but that it is an emulator. */
export function emulatorVariables(emulator: Emulator, choice?: StrategyChoice): Record<string, string> {
  const { subdomain, clientID, clientSecret, baseUrlTemplate } = emulator.strategyOptions(choice);
  return {
    MC_SUBDOMAIN: subdomain,
    MC_CLIENT_ID: clientID,
    ...(clientSecret !== undefined && { MC_CLIENT_SECRET: clientSecret }),
    MC_CALLBACK_URL: 'https://127.0.0.1:9/auth/callback',
    MC_SCOPE: 'offline email_read',
    MC_BASE_URL_TEMPLATE: baseUrlTemplate,
    SESSION_SECRET: 'session-secret-of-32-characters-or-more',
    ENCRYPTION_KEY: 'encryption-key-of-32-characters-or-more',
    PORT: '9',
  };
}

/** What one rule that needs no network finds in an environment. */
export async function findingOf(
  rules: readonly Rule[],
  id: string,
  env: Environment,
  surroundings: { readonly folder?: string; readonly nodeVersion?: string } = {},
): Promise<Finding> {
  const rule = rules.find((one) => one.id === id);
  if (rule === undefined) throw new Error(`There is no rule ${id}.`);
  const facts = collectFacts({ env, folder: ROOT, nodeVersion: '22.12.0', ...surroundings });
  try {
    return await rule.check(facts);
  } finally {
    await facts.probes.close();
  }
}
