import type { RequestListener } from 'node:http';
import type { Emulator } from 'passport-marketing-cloud/emulator';
import { createApp, type ExampleApp } from '../app';
import type { Config } from '../config/config';
import { ConfigError } from '../config/variables';
import { controlEmulator } from '../emulator/emulator-controls';
import { createLocalBus, type MessageBus } from '../events/message-bus';
import { openStores, type Stores } from '../stores/stores';
import { startLocalServer, type Certificate, type LocalServer } from './local-server';
import {
  createFramedSettings,
  createProcessSettings,
  getStrategyOptions,
  type ProcessSettings,
} from './process-settings';
import type { Closable, Output } from './run-until-signal';

/** A process that answers requests. */
export interface AppProcess extends Closable {
  /** The address for a browser. */
  readonly url: string;
  /** What to print once the app listens: the address, and what to do there. */
  readonly startupMessage: readonly string[];
}

/** An app in one process, with the emulator if no tenant is configured. */
export interface SingleProcess extends Closable {
  readonly url: string;
  readonly emulator?: Emulator;
}

/** The environment variable of each option of the strategy, for error messages. */
const VARIABLES: Readonly<Record<string, string>> = {
  subdomain: 'MC_SUBDOMAIN',
  clientID: 'MC_CLIENT_ID',
  clientSecret: 'MC_CLIENT_SECRET',
  callbackURL: 'MC_CALLBACK_URL',
  scope: 'MC_SCOPE',
  encryptionKey: 'ENCRYPTION_KEY',
};

/**
 * Starts the app in this process.
 *
 * @throws ConfigError if a setting is bad, the port is taken or a store does not answer
 */
export async function startSingleProcess(config: Config, { print, report }: Output): Promise<SingleProcess> {
  const { settings, emulator } = await createProcessSettings(config, print);
  const bus = createLocalBus();
  if (emulator !== undefined) bus.listen((message) => controlEmulator(emulator, message));
  try {
    const { url, startupMessage, close } = await startAppProcess(settings, report, bus);
    for (const line of startupMessage) print(line);
    return {
      url,
      ...(emulator !== undefined && { emulator }),
      close: async () => {
        await close();
        await emulator?.close();
      },
    };
  } catch (error) {
    await emulator?.close();
    throw error;
  }
}

/** Starts the same app once more, inside the frame of an emulator of Marketing Cloud. */
export async function startFramedProcess({ sessionSecret }: Config, { print, report }: Output): Promise<Closable> {
  const { emulator, certificate, openMenu } = await createFramedSettings();
  const server = await startLocalServer(0, certificate);
  const bus = createLocalBus();
  bus.listen((message) => controlEmulator(emulator, message));
  const app = createApp({ ...openMenu(server.port), sessionSecret, report, bus });
  server.handleRequests(app.express as RequestListener);
  print(`Inside Marketing Cloud: ${emulator.appMenuUrl}`);
  print(
    `  The browser has to accept two certificates: of that page, and of https://127.0.0.1:${server.port} in a tab.`,
  );
  return {
    close: async () => {
      await server.close();
      await app.close();
      await emulator.close();
    },
  };
}

/**
 * Opens the stores, creates the app and listens on 127.0.0.1.
 *
 * @param bus connects the processes of a cluster
 * @throws ConfigError if a setting is bad, the port is taken or a store does not answer
 */
export async function startAppProcess(
  settings: ProcessSettings,
  report: (text: string) => void,
  bus: MessageBus = createLocalBus(),
): Promise<AppProcess> {
  const { config, certificate } = settings;
  let stores: Stores | undefined;
  let server: LocalServer | undefined;
  let app: ExampleApp | undefined;
  const close = async (): Promise<void> => {
    await server?.close();
    await app?.close();
    await stores?.close();
  };
  try {
    stores = await openStores(config, report);
    server = await startLocalServer(config.port, certificate);
    const { strategy, emulator } = getStrategyOptions(settings, server.port);
    app = createApp({
      strategy: {
        ...strategy,
        vault: stores.vault,
        ...(config.encryptionKey !== undefined && { encryptionKey: config.encryptionKey }),
      },
      sessionSecret: config.sessionSecret,
      sessions: stores.sessions,
      storesDescription: stores.description,
      trustProxy: config.mode === 'tenant' && certificate === undefined,
      ...(emulator !== undefined && { emulator }),
      report,
      bus,
    });
    server.handleRequests(app.express as RequestListener);
    const { callbackURL } = strategy;
    const startupMessage = describeStart(settings, { callbackURL, port: server.port, stores: stores.description });
    return { url: new URL(callbackURL).origin, startupMessage, close };
  } catch (error) {
    await close();
    throw nameVariable(error);
  }
}

/** The strategy's errors name an option. The user of this app knows its environment variable. */
function nameVariable(error: unknown): unknown {
  if (!(error instanceof TypeError)) return error;
  return new ConfigError(error.message.replace(/^Option (\w+)/, (text, option: string) => VARIABLES[option] ?? text));
}

function describeStart(
  { config, emulator, certificate }: ProcessSettings,
  { callbackURL, port, stores }: { readonly callbackURL: string; readonly port: number; readonly stores: string },
): string[] {
  const invitation = `Open ${new URL(callbackURL).origin} and choose “Sign in with Marketing Cloud”`;
  const isInDatabase = config.redisUrl !== undefined || config.databaseUrl !== undefined;
  const storage = [
    `Storage: ${stores}.`,
    ...(isInDatabase && config.encryptionKey === undefined
      ? ['Tokens are stored as plain text, because ENCRYPTION_KEY is not set.']
      : []),
  ];
  if (config.mode === 'emulator') {
    return [
      ...storage,
      '',
      `${invitation}, then pick a user. There are no passwords:`,
      ...(emulator?.facts.users ?? []).map(({ username, about }) => `  ${username.padEnd(12)} ${about}`),
      'Press Ctrl+C to stop.',
    ];
  }
  const isPublic = config.clientSecret === undefined;
  return [
    `Tenant: ${config.subdomain}`,
    `Kind of app: ${isPublic ? 'public app, because MC_CLIENT_SECRET is not set' : 'web app, because MC_CLIENT_SECRET is set'}`,
    `Redirect URL, to be registered exactly like this in Installed Packages: ${callbackURL}`,
    ...(certificate === undefined
      ? [`A proxy must terminate TLS and forward requests to 127.0.0.1:${port}`]
      : describeCertificate(certificate)),
    ...storage,
    '',
    `${invitation}.`,
    'Press Ctrl+C to stop.',
  ];
}

function describeCertificate({ path, howToTrust }: Certificate): string[] {
  return [
    `Browsers warn about the certificate, ${path}. You can accept that, or trust the certificate:`,
    ...howToTrust.split('\n').map((line) => `  ${line}`),
  ];
}
