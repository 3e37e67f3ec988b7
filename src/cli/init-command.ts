import { parseArgs } from 'node:util';
import { CommandLineError } from './command-line-error';
import { writeApp } from './write-app';

const USAGE = `Usage: passport-marketing-cloud init [folder]

Writes an app into an empty folder (default: this one), which is created if it does not exist: Express 5 and TypeScript,
with sign-in, a page that reads from Marketing Cloud, tests and a Dockerfile. It runs with an emulator of Marketing Cloud
until a tenant is configured.

Options:
  --help   show this text`;

/** `passport-marketing-cloud init`: writes an app, and prints what to do next. */
export async function runInitCommand(args: readonly string[]): Promise<void> {
  const { folder, help } = parse(args);
  if (help) {
    console.log(USAGE);
    return;
  }
  await writeApp(folder);
  console.log(`${describeNextSteps(folder).join('\n')}\n`);
}

function parse(args: readonly string[]): { folder: string; help: boolean } {
  const { folders, help } = parseArguments(args);
  const [folder = '.', ...others] = folders;
  if (folder === '')
    throw new CommandLineError(`init got an empty name for the folder; leave it out for this one\n\n${USAGE}`);
  if (others.length > 0) throw new CommandLineError(`init takes one folder, not ${folders.length}\n\n${USAGE}`);
  return { folder, help };
}

function parseArguments(args: readonly string[]): { folders: readonly string[]; help: boolean } {
  try {
    const { positionals, values } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { help: { type: 'boolean', short: 'h', default: false } },
    });
    return { folders: positionals, help: values.help };
  } catch (error) {
    throw new CommandLineError(`${error instanceof Error ? error.message : String(error)}\n\n${USAGE}`);
  }
}

function describeNextSteps(folder: string): readonly string[] {
  return [
    `The app is in ${folder === '.' ? 'this folder' : folder}. Next:`,
    '',
    ...(folder === '.' ? [] : [`  cd ${/\s/.test(folder) ? `"${folder}"` : folder}`]),
    '  npm install',
    '  npm start     # then open http://127.0.0.1:3000 and sign in as Maya Lind',
    '  npm test',
    '',
    'It runs with an emulator of Marketing Cloud. To use your tenant, copy .env.example to .env and enter the values of',
    'your installed package. README.md says where they are.',
  ];
}
