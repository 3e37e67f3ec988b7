import { randomBytes } from 'node:crypto';
import type { Account, World } from '../world/world';

/** A user who is signed in to a business unit. */
export interface SignedIn extends Account {
  readonly businessUnitId: number;
}

interface Session {
  readonly username: string;
  /** Undefined for the user's first one. */
  businessUnitId?: number;
}

interface Ticket {
  readonly sessionId: string;
  readonly service: string;
}

/** The sessions of the login host, and the one-time tickets with which it sends a browser back to `/v2/authorize`. */
export class LoginSessions {
  readonly #world: World;
  readonly #sessions = new Map<string, Session>();
  readonly #tickets = new Map<string, Ticket>();

  constructor(world: World) {
    this.#world = world;
  }

  /** Opens a session and returns its id, the value of its cookie. */
  open(account: Account): string {
    const id = randomBytes(24).toString('base64url');
    this.#sessions.set(id, { username: account.user.username });
    return id;
  }

  /** Finds the user of a session; `undefined` also for a user who was removed or is not enabled. */
  find(id: string | undefined): SignedIn | undefined {
    const session = id === undefined ? undefined : this.#sessions.get(id);
    const account = session && this.#world.findAccount(session.username);
    if (account?.user.enabled !== true) return undefined;
    const businessUnitId = session?.businessUnitId ?? account.user.businessUnitIds[0] ?? account.tenant.enterpriseId;
    return { ...account, businessUnitId };
  }

  /** Switches a session to another business unit of its user. False where the user has no access to it. */
  switchBusinessUnit(id: string, businessUnitId: number): boolean {
    const session = this.#sessions.get(id);
    if (session === undefined || this.find(id)?.user.businessUnitIds.includes(businessUnitId) !== true) return false;
    session.businessUnitId = businessUnitId;
    return true;
  }

  /** Ends one session. */
  close(id: string): void {
    this.#sessions.delete(id);
  }

  /** Ends every session of a user. */
  closeAll(username: string): void {
    for (const [id, session] of this.#sessions) if (session.username === username) this.#sessions.delete(id);
  }

  /** Issues the ticket with which the browser returns to a service URL. It works once. */
  issueTicket(sessionId: string, service: string): string {
    const ticket = `ST-${randomBytes(18).toString('hex')}`;
    this.#tickets.set(ticket, { sessionId, service });
    return ticket;
  }

  /** Consumes a ticket and returns the id of its session; `undefined` for an unknown ticket or one of another service URL. */
  redeemTicket(ticket: string | undefined, service: string): string | undefined {
    const found = ticket === undefined ? undefined : this.#tickets.get(ticket);
    if (ticket === undefined || found === undefined) return undefined;
    this.#tickets.delete(ticket);
    return found.service === service ? found.sessionId : undefined;
  }
}
