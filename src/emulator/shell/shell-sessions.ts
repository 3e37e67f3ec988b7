import { randomBytes } from 'node:crypto';

/** The shell's own sessions: its host cannot read the login host's cookie. Each stands for a session of the login host. */
export class ShellSessions {
  readonly #loginSessions = new Map<string, string>();

  /** Opens one and returns its id, the value of the shell's cookie. */
  open(loginSessionId: string): string {
    const id = randomBytes(24).toString('base64url');
    this.#loginSessions.set(id, loginSessionId);
    return id;
  }

  /** The id of the login host's session. */
  find(id: string | undefined): string | undefined {
    return id === undefined ? undefined : this.#loginSessions.get(id);
  }

  close(id: string): void {
    this.#loginSessions.delete(id);
  }
}
