import type { BuildApp } from './contestant';

/**
 * Every app that can be measured, by name; each process loads one of them and its packages. `before` is the package from
 * another checkout, `passport.session()` a route with a session user and nothing else.
 */
const APPS = {
  'passport-marketing-cloud': async () => (await import('./marketing-cloud')).buildMarketingCloudApp,
  before: async () => (await import('./marketing-cloud')).buildMarketingCloudApp,
  'passport-oauth2': async () => (await import('./passport-oauth2')).buildPassportOAuth2App,
  'openid-client': async () => (await import('./openid-client')).buildOpenidClientApp,
  grant: async () => (await import('./grant')).buildGrantApp,
  'hand-written': async () => (await import('./hand-written')).buildHandWrittenApp,
  'passport.session()': async () => (await import('./passport-oauth2')).buildBareApp,
} satisfies Readonly<Record<string, () => Promise<BuildApp>>>;

export type ContestantName = keyof typeof APPS;

export const CONTESTANT_NAMES: readonly string[] = Object.keys(APPS);

/** Loads a contestant. */
export async function loadContestant(name: ContestantName): Promise<BuildApp> {
  return await APPS[name]();
}

export function isContestantName(text: string): text is ContestantName {
  return Object.hasOwn(APPS, text);
}
