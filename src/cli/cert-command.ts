import { X509Certificate } from 'node:crypto';
import { parseArgs } from 'node:util';
import { describeTrust } from '../local-https/how-to-trust';
import { localHttps } from '../local-https/local-https';
import { CommandLineError } from './command-line-error';

const USAGE = `Usage: passport-marketing-cloud cert [--directory D]

Prints the file of the certificate that localHttps() uses for https on 127.0.0.1, and how to trust it. Creates it if there
is none. The certificate is for development on this machine only. Its key stays beside it and is never printed.

Options:
  --directory D   the folder of the certificate, if the app passes one to localHttps()
  --help          show this text`;

/** `passport-marketing-cloud cert`: prints where the certificate for 127.0.0.1 is, and how to trust it. */
export async function runCertCommand(args: readonly string[]): Promise<void> {
  const { directory, help } = parse(args);
  if (help) {
    console.log(USAGE);
    return;
  }
  const { cert, created, path } = await localHttps({ directory });
  const { validTo, fingerprint256 } = new X509Certificate(cert);
  const lines = [
    `${created ? 'Created' : 'Found'} the certificate for https://127.0.0.1: ${path}`,
    `Valid until ${validTo}, SHA-256 ${fingerprint256}`,
    '',
    'Browsers warn about it until they trust it. You can accept the warning in each browser, or trust the certificate:',
    '',
    describeTrust(path),
  ];
  console.log(lines.join('\n'));
}

function parse(args: readonly string[]): { directory: string | undefined; help: boolean } {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: { directory: { type: 'string' }, help: { type: 'boolean', short: 'h', default: false } },
    });
    return { directory: values.directory, help: values.help };
  } catch (error) {
    throw new CommandLineError(`${error instanceof Error ? error.message : String(error)}\n\n${USAGE}`);
  }
}
