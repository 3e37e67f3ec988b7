import type { Express } from 'express';
import type { Vault } from 'passport-marketing-cloud';

export const CLIENT_ID = 'bench-client';
export const CLIENT_SECRET = 'bench-secret-of-forty-characters-0000000';

/** Marketing Cloud's scopes, as the token answer names them. */
export const SCOPE = ['offline', 'email_read', 'documents_and_images_read', 'saved_content_read'] as const;

/** What an app is built from, the same for every contestant. */
export interface AppContext {
  /** The app's own origin. */
  readonly origin: string;
  /** The stand-in's origin, or that of a slow link to it. */
  readonly standInOrigin: string;
  /** The time in milliseconds since the epoch. */
  readonly now: () => number;
  /** Opens where the package keeps its grants; undefined for its default, the session store. */
  readonly openVault: () => Promise<Vault | undefined>;
  /** Seals the package's grants; undefined for none. */
  readonly encryptionKey: string | undefined;
  /** A checkout of the package to measure in place of this one. */
  readonly packageFolder: string | undefined;
}

/** Where a browser signs in. */
export interface SignInPaths {
  readonly loginPath: string;
  readonly callbackPath: string;
}

/** Adds a contestant's routes, `/guarded` among them, to an app that has sessions already. */
export type BuildApp = (app: Express, context: AppContext) => SignInPaths | Promise<SignInPaths>;

/** What most contestants use. */
export const USUAL_PATHS: SignInPaths = { loginPath: '/login', callbackPath: '/callback' };

/** The endpoints of the stand-in for a contestant that is told them one by one. */
export function toEndpoints(
  standInOrigin: string,
): Readonly<Record<'issuer' | 'authorize' | 'token' | 'userinfo', string>> {
  const issuer = `${standInOrigin}/bench/auth`;
  return {
    issuer,
    authorize: `${issuer}/v2/authorize`,
    token: `${issuer}/v2/token`,
    userinfo: `${issuer}/v2/userinfo`,
  };
}
