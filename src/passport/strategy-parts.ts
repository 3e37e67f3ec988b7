import type { Engine } from '../api/engine';
import { GrantStore } from '../grants/grant-store';
import { Refresher } from '../grants/refresher';
import { SessionStoreVault } from '../grants/session-store-vault';
import { Transport } from '../http/transport';
import { ClientSecrets } from '../oauth/client-secrets';
import { OAuthClient } from '../oauth/oauth-client';
import { tenantOf } from '../tenant';
import { PendingSignIns } from './pending-sign-ins';
import type { Settings } from './settings';

/** What stands behind one strategy. */
export interface StrategyParts {
  readonly settings: Omit<Settings, 'clientSecret'>;
  readonly callbackPath: string;
  readonly pending: PendingSignIns;
  readonly engine: Engine;
}

/** Puts the parts together, from checked settings. */
export function assemble({ clientSecret, ...settings }: Settings): StrategyParts {
  const { vault, now } = settings;
  const callback = new URL(settings.callbackURL);
  const transport = new Transport({ dispatcher: settings.dispatcher, timeoutMs: settings.timeoutMs });
  const client = new OAuthClient({
    clientID: settings.clientID,
    secrets: new ClientSecrets(clientSecret, settings.timeoutMs),
    transport,
    customHeaders: settings.customHeaders,
    now,
  });
  const grants = new GrantStore({
    vault,
    vaultTimeoutMs: settings.vaultTimeoutMs,
    grantTtlMs: settings.grantTtlMs,
    now,
    tenantOf: (subdomain) =>
      subdomain === settings.subdomain || settings.multiTenant !== false
        ? tenantOf(settings.baseUrlTemplate, subdomain)
        : undefined,
  });
  return {
    settings,
    callbackPath: callback.pathname,
    pending: new PendingSignIns({ name: settings.name, vault, vaultTimeoutMs: settings.vaultTimeoutMs, now }),
    engine: {
      name: settings.name,
      origin: callback.origin,
      vaultTimeoutMs: settings.vaultTimeoutMs,
      client,
      transport,
      grants,
      refresher: new Refresher({ store: grants, client, now, refreshAheadMs: settings.refreshAheadMs }),
      attach: (store) => {
        if (vault instanceof SessionStoreVault) vault.attach(store);
      },
    },
  };
}
