import { MarketingCloudError } from '../errors';
import type { AppRequest } from './app-request';
import type { Session } from './session';

/**
 * The request's session.
 *
 * @throws MarketingCloudError `session_unavailable`
 */
export function getSession(req: AppRequest): Session {
  const { session } = req;
  if (session === undefined) throw new MarketingCloudError('session_unavailable');
  if (
    typeof session.id !== 'string' ||
    typeof session.save !== 'function' ||
    typeof session.regenerate !== 'function'
  ) {
    const isCookieSession = 'isPopulated' in session;
    throw new MarketingCloudError('session_unavailable', {
      message: `The session on this request is ${isCookieSession ? 'one of cookie-session' : 'not one of express-session'}: it cannot be saved or renewed.`,
      hint: 'Use express-session with a store: a session that lives in a cookie cannot hold a sign-in.',
    });
  }
  return session;
}

/**
 * A session cookie that cannot be set, or will not come back with the callback, ends a sign-in before it begins:
 * express-session silently sets no `Secure` cookie over what it takes for plain http, and a browser keeps a `Strict` one
 * from a callback, and refuses a `Partitioned` or a `SameSite=None` one that is not `Secure`.
 *
 * @param isHttps whether browsers reach the app over https
 * @throws MarketingCloudError `session_unavailable`, with the fix
 */
export function assertCookieComesBack(req: AppRequest, session: Session, isHttps: boolean): void {
  const { secure, sameSite, partitioned } = session.cookie;
  if (secure === true && !isSecure(req)) {
    throw new MarketingCloudError('session_unavailable', {
      message:
        'The session cookie is Secure, and this request is plain http as far as Express and express-session know: no cookie is set.',
      hint: "Behind a proxy that ends TLS: app.set('trust proxy', 1). On plain http, as in development: cookie: { secure: false }.",
    });
  }
  // Over plain http a SameSite=None cookie is left alone: not every browser refuses it there.
  if (secure !== true && (partitioned === true || (isHttps && String(sameSite).toLowerCase() === 'none'))) {
    throw new MarketingCloudError('session_unavailable', {
      message: `The session cookie is ${partitioned === true ? 'Partitioned' : 'SameSite=None'} and not Secure: browsers refuse it.`,
      hint: "Set cookie: embeddedCookie, or secure: true. With secure: 'auto', behind a proxy that ends TLS: app.set('trust proxy', 1).",
    });
  }
  if (sameSite === true || String(sameSite).toLowerCase() === 'strict') {
    throw new MarketingCloudError('session_unavailable', {
      message: "The session cookie is SameSite=Strict: a browser does not send it with Marketing Cloud's callback.",
      hint: "Set cookie: { sameSite: 'lax' }, or 'none' with secure: true for an app that runs in Marketing Cloud's frame.",
    });
  }
}

/**
 * Inside a frame of another site a browser sends `SameSite=None` cookies only.
 *
 * @throws MarketingCloudError `session_unavailable`, with the fix
 */
export function assertFramedCookie(req: AppRequest, { cookie }: Session): void {
  if (req.headers['sec-fetch-site'] !== 'cross-site' || String(cookie.sameSite).toLowerCase() === 'none') return;
  throw new MarketingCloudError('session_unavailable', {
    message: 'The session cookie is not SameSite=None: a browser does not send it inside a frame of another site.',
    hint: 'Set cookie: embeddedCookie in the options of express-session, and give the cookie a new name.',
  });
}

/** Whether express-session takes a request for https: by the socket, by Express, or by its own option `proxy`. */
function isSecure(req: AppRequest): boolean {
  if (req.secure === true || ('encrypted' in req.socket && req.socket.encrypted === true)) return true;
  const [protocol = ''] = String(req.headers['x-forwarded-proto'] ?? '').split(',');
  return protocol.trim().toLowerCase() === 'https' && trustsProxyItself(req);
}

/**
 * Whether express-session was given `proxy: true`. Only its behaviour shows that: with the option it reads the header to
 * learn whether a request is secure, each time that it creates a session. So it creates one here, for a request that
 * records what was read; the session is dropped. express-session 1.18 reads the header for `secure: 'auto'` alone; there
 * the header is believed.
 */
function trustsProxyItself(req: AppRequest): boolean {
  const { sessionStore } = req as { sessionStore?: { generate?: (req: object) => void } };
  if (typeof sessionStore?.generate !== 'function') return true;
  const reads = new Set<'connection' | 'secure' | 'header'>();
  const headers = Object.defineProperty({ ...req.headers }, 'x-forwarded-proto', {
    get: () => {
      reads.add('header');
      return 'https';
    },
  });
  const probe = Object.create(req, {
    connection: {
      get: () => {
        reads.add('connection');
        return {};
      },
    },
    headers: { value: headers },
    secure: {
      get: () => {
        reads.add('secure');
        return false;
      },
    },
    session: { value: undefined, writable: true },
    sessionID: { value: undefined, writable: true },
  }) as object;
  try {
    sessionStore.generate(probe);
  } catch {
    // A `genid` of the app's that needs more of a request.
  }
  return reads.has('header') || reads.size === 0;
}
