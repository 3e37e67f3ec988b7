import { asObject } from '../../own-properties';
import type { SessionStore } from './session-store';
import { destroyRecord, readMember, writeMember } from './store-io';

/** A process that refreshes says so again each second; one that has not said so for this long has crashed. */
const SEEN_MS = 5_000;
const MEMBER = 'marketingCloudRefreshing';

/**
 * Says in a session store which owners refresh a grant, and since when they have last been heard of. The list has a key
 * of its own, since a store has only get and set: written into the grant's record it might overwrite newer tokens. Two
 * processes that write it at once lose one of the entries, until its owner says so again.
 */
export class RefreshMarks {
  readonly #store: SessionStore;
  readonly #key: string;

  constructor(store: SessionStore, id: string) {
    this.#store = store;
    this.#key = `mcg_${id}_refreshing`;
  }

  /** Says that this owner refreshes. */
  async add(owner: string): Promise<void> {
    const owners = await this.#others(owner);
    await this.#write([...owners, [owner, Date.now()]]);
  }

  /** Takes the owner's entry away. */
  async remove(owner: string): Promise<void> {
    const owners = await this.#others(owner);
    if (owners.length === 0) await destroyRecord(this.#store, this.#key);
    else await this.#write(owners);
  }

  /** Whether another owner refreshes. */
  async hasOther(owner: string): Promise<boolean> {
    return (await this.#others(owner)).length > 0;
  }

  async #others(owner: string): Promise<(readonly [owner: string, heardOf: number])[]> {
    const owners = asObject(await readMember(this.#store, this.#key, MEMBER)) ?? {};
    return Object.entries(owners).filter((entry): entry is [string, number] => {
      const [name, heardOf] = entry;
      return name !== owner && typeof heardOf === 'number' && Math.abs(Date.now() - heardOf) < SEEN_MS;
    });
  }

  #write(owners: readonly (readonly [string, number])[]): Promise<void> {
    const expires = new Date(Date.now() + SEEN_MS);
    return writeMember(this.#store, this.#key, MEMBER, Object.fromEntries(owners), expires);
  }
}
