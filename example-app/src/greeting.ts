import type { Prepared } from './prepare';
import type { Serving } from './serve';

const HOW_TO_SIGN_IN = 'choose “Sign in with Marketing Cloud”';

/** What the app says once it listens: where it is, and what to do there. */
export function greeting({ config, emulator, certificate }: Prepared, serving: Serving): string[] {
  const { url, callbackURL, port, storedWhere } = serving;
  const isShared = config.redisUrl !== undefined || config.databaseUrl !== undefined;
  const stores = [
    `Kept: ${storedWhere}.`,
    ...(isShared && config.encryptionKey === undefined
      ? ['Tokens lie there as plain text, since ENCRYPTION_KEY is not set.']
      : []),
  ];
  if (config.mode === 'emulator') {
    return [
      ...stores,
      '',
      `Open ${url} and ${HOW_TO_SIGN_IN}, then pick a user. There are no passwords:`,
      ...(emulator?.facts.users ?? []).map(({ username, about }) => `  ${username.padEnd(12)} ${about}`),
      'Press Ctrl+C to stop.',
    ];
  }
  const isPublic = config.clientSecret === undefined;
  return [
    `Tenant: ${config.subdomain}`,
    `Kind of app: ${isPublic ? 'public app, since MC_CLIENT_SECRET is not set' : 'web app, since MC_CLIENT_SECRET is set'}`,
    `Redirect URL, to be registered exactly so in Installed Packages: ${callbackURL}`,
    certificate === undefined
      ? `A proxy must end TLS and pass requests on to 127.0.0.1:${port}`
      : 'The certificate was made just now and signs itself: the browser will warn, go on all the same.',
    ...stores,
    '',
    `Open ${url} and ${HOW_TO_SIGN_IN}.`,
    'Press Ctrl+C to stop.',
  ];
}
