/**
 * The options of a session cookie that comes back inside a frame of another site: `SameSite=None`, and a jar of its own
 * for each site around the frame, which browsers that block third-party cookies keep all the same
 * (https://developer.mozilla.org/docs/Web/Privacy/Guides/Privacy_sandbox/Partitioned_cookies). Give the cookie a new name:
 * a browser that holds one of the same name without `Partitioned` sends both.
 *
 * @example
 * session({ name: '__Host-app.sid', cookie: embeddedCookie, secret, store, resave: false, saveUninitialized: false })
 */
export const embeddedCookie = Object.freeze({
  path: '/',
  httpOnly: true,
  secure: true,
  sameSite: 'none',
  partitioned: true,
} as const);
