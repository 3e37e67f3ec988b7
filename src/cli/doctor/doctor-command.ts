import { parseArgs } from 'node:util';
import { CommandLineError } from '../command-line-error';
import { checkRules, type Check } from './check-rules';
import { collectFacts } from './facts';
import { createRedactor } from './redact';
import { createJsonReport, createTextReport } from './report';
import { RULES } from './rules';
import { readEnvironment, VARIABLES, type Environment } from './variables';

const USAGE = `Usage: passport-marketing-cloud doctor [--env F] [--json]

Checks the configuration of an app against the rules of Marketing Cloud, and prints what to do about each broken one.
It calls the tenant's hosts (one token call with a made-up code, which cannot succeed), the app, Redis and PostgreSQL.
It changes nothing, and prints no secret. Run it in the app's folder.

Options:
  --env F    read variables from this file, too; those of the environment win. --env-file F is the same, but Node itself
             ends the command where that file is missing
  --json     print one JSON object: { ok, checks: [{ id, title, status, message, fix?, docs }] }
  --help     show this text

Variables: ${VARIABLES.join(', ')}
Exit codes: 0 no rule has failed, 1 one has failed, 2 wrong usage`;

/** What the command reads and where it prints. */
export interface DoctorContext {
  readonly env: Environment;
  readonly folder: string;
  readonly write: (text: string) => void;
  readonly hasColours: boolean;
}

/** `passport-marketing-cloud doctor`. */
export async function runDoctorCommand(args: readonly string[]): Promise<void> {
  const { stdout, env } = process;
  const hasColours = stdout.isTTY && env['NO_COLOR'] === undefined && env['TERM'] !== 'dumb';
  process.exitCode = await runDoctor(args, {
    env,
    folder: process.cwd(),
    write: (text) => void stdout.write(text),
    hasColours,
  });
}

/**
 * Checks all rules and prints the results.
 *
 * @returns the exit code: 1 when a rule has failed, else 0
 * @throws CommandLineError for wrong usage
 */
export async function runDoctor(args: readonly string[], context: DoctorContext): Promise<number> {
  const { file, json, help } = parseArguments(args);
  if (help) {
    context.write(`${USAGE}\n`);
    return 0;
  }
  const env = readEnvironment(context.env, file);
  const redact = createRedactor(env);
  const report = json ? createJsonReport(context.write) : createTextReport(context.write, context.hasColours);
  const facts = collectFacts({ env, folder: context.folder, nodeVersion: process.versions.node });
  let hasFailed = false;
  try {
    for await (const decided of checkRules(RULES, facts)) {
      report.add({ ...decided, check: withoutSecrets(decided.check, redact) });
      hasFailed ||= decided.check.status === 'failed';
    }
    report.end();
  } finally {
    await facts.probes.close();
  }
  return hasFailed ? 1 : 0;
}

/** The last safeguard: no rule puts a secret into its texts. Ids and titles are this command's own words. */
function withoutSecrets(check: Check, redact: (text: string) => string): Check {
  const { message, fix } = check;
  return { ...check, message: redact(message), ...(fix !== undefined && { fix: redact(fix) }) };
}

function parseArguments(args: readonly string[]): { file: string | undefined; json: boolean; help: boolean } {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        env: { type: 'string' },
        'env-file': { type: 'string' },
        json: { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
    const { env, 'env-file': envFile } = values;
    if (env !== undefined && envFile !== undefined) throw new Error('give one of --env and --env-file');
    return { file: env ?? envFile, json: values.json, help: values.help };
  } catch (error) {
    const { message } = Object(error) as { message?: unknown };
    throw new CommandLineError(`${String(message)}\n\n${USAGE}`);
  }
}
