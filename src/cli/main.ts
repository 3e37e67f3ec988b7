#!/usr/bin/env node
import { runEmulatorCommand } from './emulator-command';
import { CommandLineError } from './command-line-error';

const USAGE = `Usage: passport-marketing-cloud <command> [options]

Commands:
  emulator   run an emulator of Marketing Cloud on this machine, for development and tests

Run "passport-marketing-cloud <command> --help" for the options of a command.`;

type Command = (args: readonly string[]) => Promise<void>;

const COMMANDS: ReadonlyMap<string, Command> = new Map([['emulator', runEmulatorCommand]]);

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
