import type { Request } from 'express';
import { createBaseUrlsByPath } from './addressing';
import { createClock } from './clock';
import type { Core, Exchange } from './core';
import type { Emulator, EmulatorStrategyOptions, StrategyChoice } from './emulator';
import { FaultRegistry } from './faults/fault-registry';
import { createApp } from './create-app';
import { listen, type Listening } from './http/listen';
import { LoginSessions } from './tokens/login-sessions';
import type { EmulatorOptions, Settings } from './options';
import { RequestLog } from './request-log/request-log';
import { settleOptions } from './settle-options';
import { signInThroughPages } from './sign-in-through-pages';
import { createTls, type Tls } from './tls/tls';
import { TokenStore, type TokenFilter } from './tokens/token-store';
import { createDefaultPackages, DEFAULT_TENANTS } from './world/default-world';
import { World } from './world/world';

/**
 * Starts an emulator of Marketing Cloud Engagement on 127.0.0.1: login page, OAuth endpoints, userinfo and a part of the
 * REST and SOAP APIs, with demo tenants, users and packages. All data is in memory until `close()`.
 *
 * It is for development and tests only: anyone can sign in, without a password.
 *
 * @throws TypeError for an invalid option
 * @throws Error for `https` without `node-forge`, or the system's error when the port is in use
 * @example
 * const emulator = await startEmulator();
 * const strategy = new Strategy({ ...emulator.strategyOptions(), callbackURL: 'http://127.0.0.1:3000/auth/callback' });
 */
export async function startEmulator(options: EmulatorOptions = {}): Promise<Emulator> {
  const settings = settleOptions(options);
  const tls = settings.https ? await createTls() : undefined;
  const clock = createClock();
  const world = createWorld(settings, clock.now);
  const tokens = new TokenStore(clock.now);
  const sessions = new LoginSessions(world);
  const requests = new RequestLog(settings.recordLimit);
  const faults = new FaultRegistry();
  const exchanges = new WeakMap<Request, Exchange>();

  const signOut = (username: string) => {
    const name = world.user(username).username;
    sessions.closeAll(name);
    return tokens.revoke({ user: name }, (issued) => !issued.scopes.includes('offline'));
  };

  // The routes need the origin, which is known only when the port is open.
  const listening = await listen(settings.port, tls);
  const origin = `${settings.https ? 'https' : 'http'}://127.0.0.1:${listening.port}`;
  const core: Core = { settings, clock, world, tokens, sessions, origin, getExchange: createExchangeReader(exchanges) };
  listening.serve(createApp({ core, requests, faults, exchanges, reset: listening.reset, signOut }));
  const baseUrls = createBaseUrlsByPath(origin);
  const baseUrlTemplate = settings.https
    ? 'https://{subdomain}.{service}.marketingcloudapis.com'
    : `${origin}/{subdomain}/{service}`;
  const dispatcher = tls?.createDispatcher(listening.port);
  logStart(settings, origin, world);

  let closed: Promise<void> | undefined;
  return {
    url: origin,
    port: listening.port,
    appMenuUrl: `${origin.replace('127.0.0.1', 'localhost')}/app-menu`,
    ca: tls?.ca,
    baseUrlTemplate,
    clock,
    world,
    requests,
    baseUrl: (service, subdomain) => baseUrls(service, (subdomain ?? getFirstTenant(world)).toLowerCase()),
    strategyOptions: (choice = {}) => ({
      ...getClientOptions(world, settings, choice),
      baseUrlTemplate,
      ...(dispatcher === undefined ? {} : { dispatcher }),
    }),
    requestsTo: (endpoint) => requests.to(endpoint),
    fault: (endpoint, fault) => faults.add(endpoint, fault),
    clearFaults: () => faults.clear(),
    expireAccessTokens: (filter = {}) => tokens.expireAccessTokens(resolveUser(world, filter)),
    revoke: (filter = {}) => tokens.revoke(resolveUser(world, filter)),
    signOut,
    signIn: (authorizeUrl, username) =>
      signInThroughPages(authorizeUrl, username ?? getFirstUser(world), { origin, ca: tls?.ca, port: listening.port }),
    close: () => (closed ??= closeAll(listening, tls)),
  };
}

function createWorld(settings: Settings, now: () => number): World {
  const world = new World({
    now,
    propagationMs: settings.propagationSeconds * 1000,
    secretLifetimeMs: settings.secretLifetimeSeconds * 1000,
  });
  for (const tenant of DEFAULT_TENANTS) world.addTenant(tenant);
  world.menuApps.push(...settings.menuApps);
  for (const added of createDefaultPackages(settings.callbackURLs, settings.publishedApp)) world.addPackage(added);
  return world;
}

function createExchangeReader(exchanges: WeakMap<Request, Exchange>): Core['getExchange'] {
  return (req) => {
    const exchange = exchanges.get(req);
    if (exchange === undefined) throw new Error('the request has no tenant yet');
    return exchange;
  };
}

function getClientOptions(
  world: World,
  settings: Settings,
  choice: StrategyChoice,
): Pick<EmulatorStrategyOptions, 'subdomain' | 'clientID' | 'clientSecret'> {
  const { subdomain } = world.tenant(choice.tenant ?? getFirstTenant(world));
  const app = choice.app ?? (settings.publicApp ? 'public' : 'web');
  const ofTenant = world.packages.find((each) => each.kind === app && each.subdomain === subdomain);
  const installed = ofTenant ?? world.package(app);
  const secret = installed.secrets.find((each) => each.status === 'active')?.value;
  return {
    subdomain,
    clientID: installed.clientId,
    ...(secret === undefined ? {} : { clientSecret: secret }),
  };
}

/** Replaces the user of a filter by the username in its original letter case. Throws for an unknown user. */
function resolveUser<T extends TokenFilter>(world: World, filter: T): T {
  return filter.user === undefined ? filter : { ...filter, user: world.user(filter.user).username };
}

function getFirstTenant(world: World): string {
  return world.tenants[0]?.subdomain ?? '';
}

function getFirstUser(world: World): string {
  return world.tenants[0]?.users[0]?.username ?? '';
}

function logStart({ log, allowHttpLoopback, callbackURLs }: Settings, origin: string, world: World): void {
  log('*** EMULATOR of Salesforce Marketing Cloud. NOT Salesforce, NOT FOR PRODUCTION.     ***');
  log('*** Anyone who can reach it can sign in without a password; its secrets are public. ***');
  log(`Listening on ${origin}`);
  if (allowHttpLoopback) {
    log('Redirect URLs on loopback may use http: and localhost; Marketing Cloud requires https and 127.0.0.1.');
  }
  if (callbackURLs === 'any-on-loopback')
    log('Every redirect URL on loopback is registered; Marketing Cloud requires a list.');
  for (const tenant of world.tenants) {
    log(`Tenant ${tenant.subdomain}: ${tenant.users.map((user) => user.username).join(', ')}`);
  }
}

async function closeAll(listening: Listening, tls: Tls | undefined): Promise<void> {
  await listening.close();
  await tls?.close();
}
