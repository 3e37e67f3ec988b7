import type { Store } from 'express-session';
import type { Vault } from 'passport-marketing-cloud';
import { loadPackage } from './package-under-test';

/** A vault, and the data of the grant that was last written to it. */
export interface RecordingVault {
  readonly vault: Vault;
  readonly lastGrant: () => string | undefined;
}

/** A vault in the session store that records what is written to it. */
export async function createRecordingVault(store: Store): Promise<RecordingVault> {
  const { SessionStoreVault } = await loadPackage('index', undefined);
  let last: string | undefined;
  class Recording extends SessionStoreVault {
    override async create(...args: Parameters<Vault['create']>): Promise<void> {
      const [, kind, data] = args;
      if (kind === 'grant') last = data;
      await super.create(...args);
    }

    override async commit(...args: Parameters<Vault['commit']>): ReturnType<Vault['commit']> {
      last = args[1].data;
      return await super.commit(...args);
    }
  }
  return { vault: new Recording(store), lastGrant: () => last };
}
