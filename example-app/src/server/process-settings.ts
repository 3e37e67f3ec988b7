import { localHttps } from 'passport-marketing-cloud';
import { startEmulator, type Emulator, type EmulatorStrategyOptions } from 'passport-marketing-cloud/emulator';
import type { AppConfig } from '../app';
import type { Config } from '../config/config';
import type { EmulatorFacts } from '../pages/render-page';
import type { Certificate } from './local-server';

/** What all processes of the app share. It is plain JSON, so that a cluster can send it to its workers. */
export interface ProcessSettings {
  readonly config: Config;
  /** The emulator to sign in to. Not set if a tenant is configured. */
  readonly emulator?: { readonly strategy: EmulatorStrategyOptions; readonly facts: EmulatorFacts };
  /** For https. Not set with the emulator, or if a proxy terminates TLS. */
  readonly certificate?: Certificate;
}

/** Short, so that a refresh can be watched. Marketing Cloud's tokens are valid for about 20 minutes. */
const EMULATOR_TOKEN_SECONDS = 120;
const CALLBACK_PATH = '/auth/callback';
/** The scopes that the pages need, and `offline` for a refresh token. */
const EMULATOR_SCOPE = [
  ...['offline', 'email_read', 'documents_and_images_read', 'saved_content_read', 'data_extensions_read'],
  ...['list_and_subscribers_read', 'accounts_read'],
];
/** Data extensions that each business unit of the emulator has. */
const EMULATOR_DATA_EXTENSIONS = ['Subscribers', 'Orders', 'Order Lines', 'Preferences', 'Suppressions'];

/**
 * Creates what the processes share: starts the emulator, or gets a certificate.
 *
 * @returns the settings, and the emulator, which the caller has to close
 */
export async function createProcessSettings(
  config: Config,
  print: (line: string) => void,
): Promise<{ readonly settings: ProcessSettings; readonly emulator?: Emulator }> {
  if (config.mode === 'tenant') {
    const hasProxy = config.callback !== undefined && config.callback.localPort === undefined;
    return { settings: { config, ...(!hasProxy && { certificate: await localHttps() }) } };
  }
  const emulator = await startEmulator({
    expiresInSeconds: EMULATOR_TOKEN_SECONDS,
    // Its first lines say that it is not Salesforce. The others are for people who start it by itself.
    log: (line) => {
      if (line.startsWith('***')) print(line);
    },
  });
  const settings = {
    config,
    emulator: { strategy: emulator.strategyOptions(), facts: getEmulatorFacts(emulator) },
  };
  return { settings, emulator };
}

/** Gets what the pages show about an emulator. `homeUrl` is where its sign-out page links back to. */
export function getEmulatorFacts(emulator: Emulator, homeUrl?: string): EmulatorFacts {
  const { subdomain, clientID } = emulator.strategyOptions();
  const { enterpriseName, businessUnits, users } = emulator.world.tenant(subdomain);
  const { unlicensedUsers } = emulator.world.package(clientID).settings.seen;
  const facts = {
    users: users.map(({ username, name, businessUnitIds }) => {
      const businessUnit = businessUnits.find(({ id }) => id === businessUnitIds[0])?.name ?? enterpriseName;
      const isRefused = unlicensedUsers.includes(username);
      return { username, name, about: isRefused ? 'has no licence and is refused' : `signs in to ${businessUnit}` };
    }),
    signOutUrl: `${emulator.baseUrl('login', subdomain)}/hub-cas/logout`,
    dataExtensionKeys: EMULATOR_DATA_EXTENSIONS,
    businessUnits: businessUnits.map(({ id, name }) => ({ id, name })),
  };
  return homeUrl === undefined ? facts : withHomeUrl(facts, homeUrl);
}

/** The emulator of Marketing Cloud's frame, and what the app in it is created from. */
export interface FramedSettings {
  readonly emulator: Emulator;
  readonly certificate: Certificate;
  /** The app, on a port of this machine; the emulator's menu has it from then on. */
  readonly openMenu: (port: number) => Pick<AppConfig, 'strategy' | 'emulator' | 'frameAncestors'>;
}

/**
 * Starts an emulator that shows the app inside Marketing Cloud: over https, on `localhost`, which is another site than the
 * app's 127.0.0.1.
 */
export async function createFramedSettings(): Promise<FramedSettings> {
  const emulator = await startEmulator({ https: true, expiresInSeconds: EMULATOR_TOKEN_SECONDS });
  const shell = new URL(emulator.appMenuUrl).origin;
  return {
    emulator,
    certificate: await localHttps(),
    openMenu: (port) => {
      const url = `https://127.0.0.1:${port}`;
      emulator.world.menuApps.push({
        name: 'Example app',
        loginUrl: `${url}/dashboard/notes`,
        logoutUrl: `${url}/marketing-cloud/logout`,
      });
      return {
        strategy: {
          ...emulator.strategyOptions(),
          baseUrlTemplate: `${shell}/{subdomain}/{service}`,
          callbackURL: `${url}${CALLBACK_PATH}`,
          scope: EMULATOR_SCOPE,
        },
        emulator: getEmulatorFacts(emulator, `${url}/`),
        frameAncestors: [shell],
      };
    },
  };
}

/** Gets the strategy's options for an app that listens on a port of this machine. */
export function getStrategyOptions(
  { config, emulator }: ProcessSettings,
  port: number,
): Pick<AppConfig, 'strategy' | 'emulator'> {
  if (config.mode === 'emulator') {
    if (emulator === undefined) throw new Error('The emulator is not running.');
    const url = `http://127.0.0.1:${port}`;
    return {
      strategy: { ...emulator.strategy, callbackURL: `${url}${CALLBACK_PATH}`, scope: EMULATOR_SCOPE },
      emulator: withHomeUrl(emulator.facts, `${url}/`),
    };
  }
  const { subdomain, clientID, clientSecret, callback, scope } = config;
  return {
    strategy: {
      subdomain,
      clientID,
      callbackURL: callback?.url ?? `https://127.0.0.1:${port}${CALLBACK_PATH}`,
      ...(clientSecret !== undefined && { clientSecret }),
      ...(scope !== undefined && { scope }),
    },
  };
}

function withHomeUrl(facts: EmulatorFacts, homeUrl: string): EmulatorFacts {
  return { ...facts, signOutUrl: `${facts.signOutUrl}?service=${encodeURIComponent(homeUrl)}` };
}
