#!/usr/bin/env node
import { runCertCommand } from './cert-command';
import { CommandLineError } from './command-line-error';
import { runEmulatorCommand } from './emulator-command';
import { runInitCommand } from './init-command';

const USAGE = `Usage: passport-marketing-cloud <command> [options]

Commands:
  cert       print the certificate for https on 127.0.0.1, and how to trust it
  emulator   run an emulator of Marketing Cloud on this machine, for development and tests
  init       write an app that signs users in to Marketing Cloud into an empty folder

Run "passport-marketing-cloud <command> --help" for the options of a command.`;

type Command = (args: readonly string[]) => Promise<void>;

const COMMANDS: ReadonlyMap<string, Command> = new Map([
  ['cert', runCertCommand],
  ['emulator', runEmulatorCommand],
  ['init', runInitCommand],
]);

async function run([name, ...args]: readonly string[]): Promise<void> {
  if (name === undefined || name === '--help' || name === '-h' || name === 'help') {
    console.log(USAGE);
    if (name === undefined) process.exitCode = 2;
    return;
  }
  const command = COMMANDS.get(name);
  if (command === undefined) throw new CommandLineError(`there is no command "${name}"\n\n${USAGE}`);
  await command(args);
}

run(process.argv.slice(2)).catch((error: unknown) => {
  const message = error instanceof Error ? error.message : String(error);
  console.error(`passport-marketing-cloud: ${message}`);
  process.exitCode = error instanceof CommandLineError ? 2 : 1;
});
