import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createServer as createHttpServer } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import {
  localHttps,
  optionsFromEnvironment,
  Strategy,
  type StrategyOptions,
  type Vault,
} from 'passport-marketing-cloud';
import { createApp } from './app.js';
import { getPort, getRedisUrl, getVariable, hasTenant } from './settings.js';
import { openStores } from './stores.js';

const DEFAULT_PORT = 3000;

/** How users sign in. */
interface SignIn {
  readonly strategy: Strategy;
  /** Where Marketing Cloud sends users back to. The app listens there, or a proxy does. */
  readonly callback: URL;
  readonly close: () => Promise<void>;
}

async function main(): Promise<void> {
  if (existsSync('.env')) process.loadEnvFile('.env');
  const givenPort = getPort();
  const stores = await openStores(getRedisUrl());
  const { strategy, callback, close } = await createSignIn(stores.vault, givenPort);
  const https = callback.protocol === 'https:';
  const isLocal = callback.hostname === '127.0.0.1';
  const port = givenPort ?? (isLocal ? Number(callback.port || (https ? 443 : 80)) : DEFAULT_PORT);
  const sessionSecret = getSessionSecret(isLocal && stores.sessions === undefined);
  const app = createApp(strategy, { sessionSecret, https, behindProxy: !isLocal, sessions: stores.sessions });

  const certificate = https && isLocal ? await localHttps() : undefined;
  const server = certificate === undefined ? createHttpServer(app) : createHttpsServer(certificate, app);
  if (isLocal) server.listen(port, callback.hostname);
  else server.listen(port);
  await once(server, 'listening');
  if (certificate !== undefined) {
    console.log('Browsers warn about the certificate. Accept that, or trust it: npx passport-marketing-cloud cert');
  }
  const own = `${callback.protocol}//${callback.hostname}:${port}`;
  console.log(isLocal ? `Open ${own}/ and sign in.` : `Listening on port ${port} for ${callback.origin}/`);

  const stop = (): void => {
    server.close(() => void close().then(stores.close));
    server.closeIdleConnections();
  };
  process.once('SIGINT', stop).once('SIGTERM', stop);
}

/** Users of the tenant that the variables name, or without any of them, users of an emulator. */
async function createSignIn(vault: Vault | undefined, port = DEFAULT_PORT): Promise<SignIn> {
  if (hasTenant()) return toSignIn({ ...optionsFromEnvironment(), vault });
  if (process.env['NODE_ENV'] === 'production') {
    throw new Error('Set the variables of .env.example. The emulator is not for production.');
  }
  const { startEmulator } = await import('passport-marketing-cloud/emulator');
  const emulator = await startEmulator();
  console.log('No tenant is configured, so the app uses an emulator. Sign in as Maya Lind; there is no password.');
  const callbackURL = `http://127.0.0.1:${port}/auth/callback`;
  return toSignIn({ ...emulator.strategyOptions(), callbackURL, vault }, () => emulator.close());
}

function toSignIn(options: StrategyOptions, closeEmulator?: () => Promise<void>): SignIn {
  const strategy = new Strategy(options);
  const close = async (): Promise<void> => {
    await strategy.close();
    await closeEmulator?.();
  };
  return { strategy, callback: new URL(options.callbackURL ?? ''), close };
}

/** Sessions in memory end with the process, and so may their secret. All processes that share sessions need the same. */
function getSessionSecret(isOwn: boolean): string {
  const secret = getVariable('SESSION_SECRET');
  if (secret !== undefined) return secret;
  if (isOwn) return randomBytes(32).toString('base64url');
  throw new Error('Set SESSION_SECRET to a random text, as from: openssl rand -base64 32');
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? `The app cannot start. ${error.message}` : error);
  process.exit(1);
});
