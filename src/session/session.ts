/** A session of express-session; only the members that are used. */
export interface Session {
  readonly id: string;
  readonly cookie: {
    secure?: boolean | 'auto' | undefined;
    sameSite?: boolean | 'lax' | 'strict' | 'none' | undefined;
    partitioned?: boolean | undefined;
  };
  save(callback: (error?: unknown) => void): unknown;
  regenerate(callback: (error?: unknown) => void): unknown;
  destroy(callback: (error?: unknown) => void): unknown;
  /** The package's own entry: see session-grants.ts. */
  marketingCloud?: unknown;
  /** Where Passport's `successReturnToOrRedirect` sends the user. */
  returnTo?: unknown;
}
