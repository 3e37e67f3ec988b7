import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { CONTESTANT_NAMES, isContestantName, type ContestantName } from './apps/contestants';
import type { Settings } from './benchmark';

/** What the command line asks for. */
export interface CommandLine {
  /** Names of benchmarks; none means all. */
  readonly names: readonly string[];
  readonly settings: Settings;
}

/** @throws TypeError for an option or a value that is not known */
export function parseCommandLine(args: readonly string[]): CommandLine {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      rounds: { type: 'string' },
      effort: { type: 'string', default: '1' },
      contestants: { type: 'string' },
      before: { type: 'string' },
      profile: { type: 'boolean', default: false },
      'sign-ins': { type: 'string', default: '20000' },
      scale: { type: 'string', default: '100000' },
    },
  });
  return {
    names: positionals,
    settings: {
      rounds: values.rounds === undefined ? undefined : parseNumber('rounds', values.rounds),
      effort: parseNumber('effort', values.effort),
      contestants: values.contestants?.split(',').map(parseContestant),
      before: values.before === undefined ? undefined : resolve(values.before),
      profile: values.profile ? resolve('bench/build/profiles') : undefined,
      signIns: parseNumber('sign-ins', values['sign-ins']),
      scale: parseNumber('scale', values.scale),
    },
  };
}

function parseNumber(option: string, text: string): number {
  const number = Number(text);
  if (!(number > 0)) throw new TypeError(`--${option} must be a positive number.`);
  return number;
}

function parseContestant(text: string): ContestantName {
  if (isContestantName(text)) return text;
  throw new TypeError(`--contestants must be names of ${CONTESTANT_NAMES.join(', ')}, with commas between.`);
}
