import { randomBytes } from 'node:crypto';
import type { Account, World } from '../world/world';

interface Ticket {
  readonly username: string;
  readonly service: string;
}

/** The sessions of the login host, and the one-time tickets with which it sends a browser back to `/v2/authorize`. */
export class LoginSessions {
  readonly #world: World;
  readonly #sessions = new Map<string, string>();
  readonly #tickets = new Map<string, Ticket>();

  constructor(world: World) {
    this.#world = world;
  }

  /** Opens a session and returns its id, the value of its cookie. */
  open(account: Account): string {
    const id = randomBytes(24).toString('base64url');
    this.#sessions.set(id, account.user.username);
    return id;
  }

  /** Finds the user of a session; `undefined` also for a user who was removed or is not enabled. */
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

  /** Issues the ticket with which the browser returns to a service URL. It works once. */
  issueTicket(account: Account, service: string): string {
    const ticket = `ST-${randomBytes(18).toString('hex')}`;
    this.#tickets.set(ticket, { username: account.user.username, service });
    return ticket;
  }

  /** Consumes a ticket and returns its user; `undefined` for an unknown ticket or one of another service URL. */
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
