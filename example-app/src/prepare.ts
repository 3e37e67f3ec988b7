import { startEmulator, type Emulator, type EmulatorStrategyOptions } from 'passport-marketing-cloud/emulator';
import { makeCertificate, type Certificate } from './certificate';
import type { Config } from './config';
import { emulatorFacts } from './demo-users';
import type { EmulatorFacts } from './site';

/** What all processes of the app share, as JSON can carry it. */
export interface Prepared {
  readonly config: Config;
  /** The emulator that plays Marketing Cloud, where no tenant is configured. */
  readonly emulator?: { readonly strategy: EmulatorStrategyOptions; readonly facts: EmulatorFacts };
  /** Absent where a proxy ends TLS, and with the emulator. */
  readonly certificate?: Certificate;
}

/** Short, so that there is something to see: Marketing Cloud's own tokens live for 20 minutes. */
const EMULATED_LIFETIME_SECONDS = 120;

/** Does once what is not to be done once per process: starts the emulator, makes the certificate. */
export async function prepare(
  config: Config,
  print: (line: string) => void,
): Promise<{ readonly prepared: Prepared; readonly emulator?: Emulator }> {
  if (config.mode === 'emulator') {
    const emulator = await startEmulator({
      expiresInSeconds: EMULATED_LIFETIME_SECONDS,
      // Its first lines say what it is; the rest is for those who start it by itself.
      log: (line) => {
        if (line.startsWith('***')) print(line);
      },
    });
    const prepared = { config, emulator: { strategy: emulator.strategyOptions(), facts: emulatorFacts(emulator) } };
    return { prepared, emulator };
  }
  const isProxied = config.callback !== undefined && config.callback.ownPort === undefined;
  return { prepared: { config, ...(!isProxied && { certificate: await makeCertificate() }) } };
}
