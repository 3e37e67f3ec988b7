import { once } from 'node:events';
import { parseArgs } from 'node:util';
import { startEmulator, type Emulator } from '../emulator';
import { CommandLineError } from './command-line-error';
import { listenForStopSignal } from './stop-signal';
import { writeTemporaryFile } from './temporary-file';

const USAGE = `Usage: passport-marketing-cloud emulator [--port N] [--https]

Runs an emulator of Salesforce Marketing Cloud on 127.0.0.1 until it is interrupted.
It is not Salesforce and not for production: anyone who can reach it can sign in as any user.

Options:
  --port N   the port to listen on (default: 0, any free one)
  --https    serve TLS with a certificate made at start, for the real host names too (needs node-forge)
  --help     show this text`;

/** `passport-marketing-cloud emulator`: runs until SIGINT, SIGTERM or SIGHUP. */
export async function runEmulatorCommand(args: readonly string[]): Promise<void> {
  const { port, https, help } = parseArguments(args);
  if (help) {
    console.log(USAGE);
    return;
  }
  const stopping = listenForStopSignal();
  const emulator = await open(port, https);
  try {
    if (!stopping.aborted) {
      const caFile = emulator.ca === undefined ? undefined : writeTemporaryFile('ca.pem', emulator.ca, stopping);
      console.log(`\n${describeSettings(emulator, caFile).join('\n')}\n`);
      await once(stopping, 'abort');
    }
  } finally {
    await emulator.close();
  }
}

function parseArguments(args: readonly string[]): { port: number; https: boolean; help: boolean } {
  const { port, https, help } = parse(args);
  if (!/^\d{1,5}$/.test(port) || Number(port) > 65_535) {
    throw new CommandLineError(`--port must be a number from 0 (any free port) to 65535, not "${port}"`);
  }
  return { port: Number(port), https, help };
}

function parse(args: readonly string[]): { port: string; https: boolean; help: boolean } {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        port: { type: 'string', default: '0' },
        https: { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
    return values;
  } catch (error) {
    throw new CommandLineError(`${error instanceof Error ? error.message : String(error)}\n\n${USAGE}`);
  }
}

async function open(port: number, https: boolean): Promise<Emulator> {
  try {
    return await startEmulator({ port, https, log: (line) => console.log(line) });
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'EADDRINUSE')
      throw new Error(`port ${port} is taken; choose another with --port, or leave it out`, { cause: error });
    if (code === 'EACCES')
      throw new Error(`port ${port} is not allowed for this user; choose one above 1023`, { cause: error });
    throw error;
  }
}

function describeSettings(emulator: Emulator, caFile: string | undefined): readonly string[] {
  const { subdomain, clientID, clientSecret, baseUrlTemplate } = emulator.strategyOptions();
  return [
    'For .env of the app, as optionsFromEnvironment() reads it:',
    `  MC_SUBDOMAIN=${subdomain}`,
    `  MC_CLIENT_ID=${clientID}`,
    `  MC_CLIENT_SECRET=${clientSecret ?? ''}`,
    `  MC_BASE_URL_TEMPLATE=${caFile === undefined ? baseUrlTemplate : `${emulator.url}/{subdomain}/{service}`}`,
    '  MC_CALLBACK_URL=https://127.0.0.1:3000/auth/callback',
    ...(caFile === undefined
      ? []
      : ['For the environment in which the app starts:', `  NODE_EXTRA_CA_CERTS=${caFile}`]),
    'Press Ctrl+C to stop.',
  ];
}
