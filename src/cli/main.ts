#!/usr/bin/env node
import type * as Cert from './cert-command';
import type * as Doctor from './doctor/doctor-command';
import type * as Emulator from './emulator-command';
import type * as Init from './init-command';
import { CommandLineError } from './command-line-error';

const USAGE = `Usage: passport-marketing-cloud <command> [options]

Commands:
  cert       print the certificate for https on 127.0.0.1, and how to trust it
  doctor     check the configuration of an app, its tenant and its stores
  emulator   run an emulator of Marketing Cloud on this machine, for development and tests
  init       write an app that signs users in to Marketing Cloud into an empty folder

Run "passport-marketing-cloud <command> --help" for the options of a command.`;

type Command = (args: readonly string[]) => Promise<void>;

/**
 * Each command loads what it needs: the emulator needs Express, which the doctor may find missing. By `require`, since
 * `import()` looks for another file when the sources run without a build.
 */
const COMMANDS: ReadonlyMap<string, () => Command> = new Map([
  /* eslint-disable @typescript-eslint/no-require-imports */
  ['cert', () => (require('./cert-command') as typeof Cert).runCertCommand],
  ['doctor', () => (require('./doctor/doctor-command') as typeof Doctor).runDoctorCommand],
  ['emulator', () => (require('./emulator-command') as typeof Emulator).runEmulatorCommand],
  ['init', () => (require('./init-command') as typeof Init).runInitCommand],
  /* eslint-enable */
]);

async function run([name, ...args]: readonly string[]): Promise<void> {
  if (name === undefined || name === '--help' || name === '-h' || name === 'help') {
    console.log(USAGE);
    if (name === undefined) process.exitCode = 2;
    return;
  }
  const command = COMMANDS.get(name);
  if (command === undefined) throw new CommandLineError(`there is no command "${name}"\n\n${USAGE}`);
  await command()(args);
}

run(process.argv.slice(2)).catch((error: unknown) => {
  const message = error instanceof Error ? error.message : String(error);
  console.error(`passport-marketing-cloud: ${message}`);
  process.exitCode = error instanceof CommandLineError ? 2 : 1;
});
