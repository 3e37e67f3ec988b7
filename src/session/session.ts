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
