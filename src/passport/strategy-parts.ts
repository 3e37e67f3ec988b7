import type { Engine } from '../api/engine';
import { InFlight } from '../api/in-flight';
import { warnOfMemorySessions } from '../vaults/session-store/memory-sessions-warning';
import { Grants } from '../refresh/grants';
import { Sealing } from '../vaults/sealing';
import { SessionStoreVault } from '../vaults/session-store/session-store-vault';
import type { Vault } from '../vaults/vault';
import { Transport } from '../http/transport';
import { ClientSecrets } from '../oauth/client-secrets';
import { OAuthClient } from '../oauth/oauth-client';
import { PendingSignIns } from './pending-sign-ins';
import type { Settings } from './settings';
import type { Tenant } from '../tenant';
import { Tenants } from './tenants';

/** The objects that one strategy is made of. */
export interface StrategyParts {
  readonly settings: Omit<Settings, 'clientSecret' | 'encryptionKeys'>;
  readonly callbackHostname: string;
  /** Whether browsers reach the app over https. */
  readonly isHttps: boolean;
  readonly tenants: Tenants;
  readonly pending: PendingSignIns;
  readonly engine: Engine;
}

/** Over plain http, which is for loopback only. */
function getPlainOrigins({ authBaseUrl }: Tenant): readonly string[] {
  const { origin, protocol } = new URL(authBaseUrl);
  return protocol === 'http:' ? [origin] : [];
}

/** By shape: the vault may come from another copy of this package. */
function isSessionStoreVault(vault: Vault): vault is SessionStoreVault {
  return vault instanceof SessionStoreVault || typeof (vault as Partial<SessionStoreVault>).attach === 'function';
}

/** Creates them from checked settings. */
export function createStrategyParts({ clientSecret, encryptionKeys, ...settings }: Settings): StrategyParts {
  const { name, vault, vaultTimeoutMs, now } = settings;
  const sealing = encryptionKeys && new Sealing(encryptionKeys);
  const callback = new URL(settings.callbackURL);
  const tenants = new Tenants(settings);
  const transport = new Transport({ dispatcher: settings.dispatcher, timeoutMs: settings.timeoutMs });
  const client = new OAuthClient({
    clientID: settings.clientID,
    secrets: new ClientSecrets(clientSecret, settings.timeoutMs),
    transport,
    customHeaders: settings.customHeaders,
    now,
  });
  const grants = new Grants({
    ...{ name, vault, sealing, vaultTimeoutMs, client, now },
    clientID: settings.clientID,
    grantTtlMs: settings.grantTtlMs,
    refreshAheadMs: settings.refreshAheadMs,
    timeoutMs: settings.timeoutMs,
    tenantOf: (subdomain) => tenants.getServed(subdomain),
  });
  return {
    settings,
    callbackHostname: callback.hostname,
    isHttps: callback.protocol === 'https:',
    tenants,
    pending: new PendingSignIns({ name, clientID: settings.clientID, vault, sealing, vaultTimeoutMs, now }),
    engine: {
      name,
      origin: callback.origin,
      callbackPath: callback.pathname,
      frameSources: getPlainOrigins(tenants.get(settings.subdomain)),
      vaultTimeoutMs,
      client,
      transport,
      grants,
      confirmations: new InFlight(),
      attach: (store) => {
        if (isSessionStoreVault(vault)) vault.attach(store);
        else warnOfMemorySessions(store);
      },
    },
  };
}
