/** The part of an express-session store that we use; every store has it. */
export interface SessionStore {
  get(sid: string, callback: (error: unknown, session?: unknown) => void): void;
  set(sid: string, session: never, callback?: (error?: unknown) => void): void;
  destroy(sid: string, callback?: (error?: unknown) => void): void;
}

/** The part of an express-session session that we use. */
export interface Session {
  readonly id: string;
  readonly cookie: {
    secure?: boolean | 'auto' | undefined;
    sameSite?: boolean | 'lax' | 'strict' | 'none' | undefined;
  };
  save(callback: (error?: unknown) => void): unknown;
  regenerate(callback: (error?: unknown) => void): unknown;
  destroy(callback: (error?: unknown) => void): unknown;
  /** Ours: see session-entry.ts. */
  marketingCloud?: unknown;
  /** Where Passport's `successReturnToOrRedirect` sends the user. */
  returnTo?: unknown;
}
