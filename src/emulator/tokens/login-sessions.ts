import { randomBytes } from 'node:crypto';
import type { Account, World } from '../world/world';

interface Ticket {
  readonly username: string;
  readonly service: string;
}

/** Who is signed in to Marketing Cloud itself, in which browser; and the one-time tickets that say so to authorize. */
export class LoginSessions {
  readonly #world: World;
  readonly #sessions = new Map<string, string>();
  readonly #tickets = new Map<string, Ticket>();

  constructor(world: World) {
    this.#world = world;
  }

  /** Opens a session and gives its id, which goes into a cookie. */
  open(account: Account): string {
    const id = randomBytes(24).toString('base64url');
    this.#sessions.set(id, account.user.username);
    return id;
  }

  /** Who a session belongs to; `undefined` also when the user is gone or not enabled. */
  find(id: string | undefined): Account | undefined {
    const username = id === undefined ? undefined : this.#sessions.get(id);
    return username === undefined ? undefined : this.#account(username);
  }

  /** Ends one session. */
  close(id: string): void {
    this.#sessions.delete(id);
  }

  /** Ends every session of a user. */
  closeAll(username: string): void {
    for (const [id, owner] of this.#sessions) if (owner === username) this.#sessions.delete(id);
  }

  /** Makes the ticket with which the browser returns to the service URL; it works once. */
  issueTicket(account: Account, service: string): string {
    const ticket = `ST-${randomBytes(18).toString('hex')}`;
    this.#tickets.set(ticket, { username: account.user.username, service });
    return ticket;
  }

  /** Spends a ticket. */
  redeemTicket(ticket: string | undefined, service: string): Account | undefined {
    const found = ticket === undefined ? undefined : this.#tickets.get(ticket);
    if (ticket === undefined || found === undefined) return undefined;
    this.#tickets.delete(ticket);
    return found.service === service ? this.#account(found.username) : undefined;
  }

  #account(username: string): Account | undefined {
    const account = this.#world.findAccount(username);
    return account?.user.enabled === true ? account : undefined;
  }
}
