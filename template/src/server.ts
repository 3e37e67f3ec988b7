import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createServer as createHttpServer } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { localHttps, optionsFromEnvironment, Strategy, type StrategyOptions } from 'passport-marketing-cloud';
import { createApp } from './app.js';

/** How users sign in. */
interface SignIn {
  readonly strategy: Strategy;
  /** Where Marketing Cloud sends users back to. The app listens there, or a proxy does. */
  readonly callback: URL;
  readonly close: () => Promise<void>;
}

async function main(): Promise<void> {
  if (existsSync('.env')) process.loadEnvFile('.env');
  const port = Number(process.env['PORT'] ?? 3000);
  const { strategy, callback, close } = await createSignIn(port);
  const https = callback.protocol === 'https:';
  const isLocal = callback.hostname === '127.0.0.1';
  const sessionSecret = getSessionSecret(isLocal);
  const app = createApp(strategy, { sessionSecret, https, behindProxy: !isLocal });

  const certificate = https && isLocal ? await localHttps() : undefined;
  const server = certificate === undefined ? createHttpServer(app) : createHttpsServer(certificate, app);
  if (isLocal) server.listen(Number(callback.port || 443), callback.hostname);
  else server.listen(port);
  await once(server, 'listening');
  if (certificate !== undefined) {
    console.log('Browsers warn about the certificate. Accept that, or trust it: npx passport-marketing-cloud cert');
  }
  console.log(isLocal ? `Open ${callback.origin}/ and sign in.` : `Listening on port ${port} for ${callback.origin}/`);

  const stop = (): void => {
    server.close(() => void close());
    server.closeIdleConnections();
  };
  process.once('SIGINT', stop).once('SIGTERM', stop);
}

/** Users of the tenant that the variables name, or without any variable, users of an emulator. */
async function createSignIn(port: number): Promise<SignIn> {
  if (Object.keys(process.env).some((name) => name.startsWith('MC_'))) {
    return toSignIn(optionsFromEnvironment());
  }
  if (process.env['NODE_ENV'] === 'production') {
    throw new Error('Set the variables of .env.example. The emulator is not for production.');
  }
  const { startEmulator } = await import('passport-marketing-cloud/emulator');
  const emulator = await startEmulator();
  console.log('No tenant is configured, so the app uses an emulator. Sign in as Maya Lind; there is no password.');
  const callbackURL = `http://127.0.0.1:${port}/auth/callback`;
  return toSignIn({ ...emulator.strategyOptions(), callbackURL }, () => emulator.close());
}

function toSignIn(options: StrategyOptions, closeEmulator?: () => Promise<void>): SignIn {
  const strategy = new Strategy(options);
  const close = async (): Promise<void> => {
    await strategy.close();
    await closeEmulator?.();
  };
  return { strategy, callback: new URL(options.callbackURL ?? ''), close };
}

/** On this machine sessions may end with the process. Elsewhere all processes need the same secret. */
function getSessionSecret(isLocal: boolean): string {
  const secret = process.env['SESSION_SECRET'];
  if (secret !== undefined && secret !== '') return secret;
  if (isLocal) return randomBytes(32).toString('base64url');
  throw new Error('Set SESSION_SECRET to a random text, as from: openssl rand -base64 32');
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? `The app cannot start. ${error.message}` : error);
  process.exit(1);
});
