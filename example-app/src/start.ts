import { createServer as createHttpServer, type RequestListener, type Server } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { startEmulator, type Emulator } from 'passport-marketing-cloud/emulator';
import { createApp, type AppConfig } from './app';
import { makeCertificate } from './certificate';
import type { Config, EmulatorConfig, TenantConfig } from './config';
import { ConfigError } from './config-error';
import { emulatorFacts } from './demo-users';

/** An app that listens. */
export interface Running {
  /** Where a browser finds it. */
  readonly url: string;
  readonly emulator?: Emulator;
  /** Ends the app, and the emulator with it. */
  readonly close: () => Promise<void>;
}

/** Where what is to be read goes: lines for people, and reports of errors. */
export interface Output {
  readonly print: (line: string) => void;
  readonly report: (text: string) => void;
}

const CALLBACK_PATH = '/auth/callback';
/** Enough for the dashboard, and `offline` so that the tokens live on when the user leaves Marketing Cloud. */
const SCOPE = ['offline', 'email_read', 'documents_and_images_read', 'saved_content_read', 'data_extensions_read'];
const HOW_TO_SIGN_IN = 'choose “Sign in with Marketing Cloud”';

/**
 * Starts the app on 127.0.0.1, with the emulator where no tenant is configured.
 *
 * @throws ConfigError when a setting is bad or the port is not to be had
 */
export function start(config: Config, output: Output): Promise<Running> {
  return config.mode === 'emulator' ? startWithEmulator(config, output) : startWithTenant(config, output);
}

async function startWithEmulator({ port, sessionSecret }: EmulatorConfig, { print, report }: Output): Promise<Running> {
  // Its first lines say what it is; the rest is for those who start it by itself.
  const emulator = await startEmulator({
    log: (line) => {
      if (line.startsWith('***')) print(line);
    },
  });
  try {
    const server = createHttpServer();
    const url = `http://127.0.0.1:${await listen(server, port)}`;
    const facts = emulatorFacts(emulator, `${url}/`);
    const closeApp = serve(server, {
      strategy: { ...emulator.strategyOptions(), callbackURL: `${url}${CALLBACK_PATH}`, scope: SCOPE },
      sessionSecret,
      emulator: facts,
      report,
    });
    print('');
    print(`Open ${url} and ${HOW_TO_SIGN_IN}, then pick a user. There are no passwords:`);
    for (const { username, about } of facts.users) print(`  ${username.padEnd(12)} ${about}`);
    print('Press Ctrl+C to stop.');
    return {
      url,
      emulator,
      close: async () => {
        await closeApp();
        await emulator.close();
      },
    };
  } catch (error) {
    await emulator.close();
    throw error;
  }
}

async function startWithTenant(config: TenantConfig, { print, report }: Output): Promise<Running> {
  const { subdomain, clientID, clientSecret, callback, scope, sessionSecret } = config;
  const isProxied = callback !== undefined && callback.ownPort === undefined;
  const server = isProxied ? createHttpServer() : createHttpsServer(await makeCertificate());
  const port = await listen(server, config.port);
  const callbackURL = callback?.url ?? `https://127.0.0.1:${port}${CALLBACK_PATH}`;
  const strategy = {
    subdomain,
    clientID,
    callbackURL,
    ...(clientSecret !== undefined && { clientSecret }),
    ...(scope !== undefined && { scope }),
  };
  let close: () => Promise<void>;
  try {
    close = serve(server, { strategy, sessionSecret, trustProxy: isProxied, report });
  } catch (error) {
    server.close();
    throw inVariables(error);
  }
  const url = new URL(callbackURL).origin;
  const isPublic = clientSecret === undefined;
  print(`Tenant: ${subdomain}`);
  print(
    `Kind of app: ${isPublic ? 'public app, since MC_CLIENT_SECRET is not set' : 'web app, since MC_CLIENT_SECRET is set'}`,
  );
  print(`Redirect URL, to be registered exactly so in Installed Packages: ${callbackURL}`);
  if (isProxied) print(`A proxy must end TLS and pass requests on to 127.0.0.1:${port}`);
  else print('The certificate was made just now and signs itself: the browser will warn, go on all the same.');
  print('');
  print(`Open ${url} and ${HOW_TO_SIGN_IN}.`);
  print('Press Ctrl+C to stop.');
  return { url, close };
}

/** Puts the app behind a server that listens; gives how to end both. */
function serve(server: Server, config: AppConfig): () => Promise<void> {
  const { app, strategy } = createApp(config);
  server.on('request', app as RequestListener);
  return async () => {
    const closed = new Promise((resolve) => server.close(resolve));
    server.closeAllConnections();
    await closed;
    await strategy.close();
  };
}

async function listen(server: Server, port: number): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(portError(error, port)));
    server.listen(port, '127.0.0.1', resolve);
  });
  return (server.address() as AddressInfo).port;
}

function portError(error: NodeJS.ErrnoException, port: number): Error {
  if (error.code === 'EADDRINUSE') {
    return new ConfigError(`Port ${port} is taken. Set PORT to another one, such as PORT=${port + 1}.`);
  }
  if (error.code === 'EACCES') {
    return new ConfigError(`Port ${port} is not allowed for this user. Set PORT to one above 1023.`);
  }
  return error;
}

const VARIABLES: Readonly<Record<string, string>> = {
  subdomain: 'MC_SUBDOMAIN',
  clientID: 'MC_CLIENT_ID',
  clientSecret: 'MC_CLIENT_SECRET',
  callbackURL: 'MC_CALLBACK_URL',
  scope: 'MC_SCOPE',
};

/** The strategy names its options; whoever set the environment knows the variables. */
function inVariables(error: unknown): unknown {
  if (!(error instanceof TypeError)) return error;
  return new ConfigError(error.message.replace(/^Option (\w+)/, (said, name: string) => VARIABLES[name] ?? said));
}
