import express, { Router, type RequestHandler } from 'express';
import type { Authenticator } from 'passport';
import {
  MarketingCloudError,
  requireMarketingCloud,
  sameOrigin,
  Strategy,
  type ErrorCode,
  type MarketingCloud,
  type StrategyOptions,
  type Vault,
} from 'passport-marketing-cloud';
import type { MessageBus } from '../events/message-bus';
import { renderPage } from '../pages/render-page';
import { isEmulatorFaultCode, type EmulatorFaultCode } from './emulator-controls';

/** What the panel shows. */
export interface FaultPanelView {
  readonly groups: readonly { readonly title: string; readonly faults: readonly FaultView[] }[];
}

interface FaultView {
  readonly code: string;
  readonly status: number;
  /** What goes wrong. */
  readonly cause: string;
}

/** What the panel needs of the app. */
export interface FaultPanelOptions {
  readonly bus: MessageBus;
  readonly passport: Pick<Authenticator, 'authenticate'>;
  readonly strategy: StrategyOptions & { callbackURL: string; passReqToCallback?: false };
}

type AppFaultCode = Exclude<ErrorCode, EmulatorFaultCode>;

/** What goes wrong, by the code of the page that it leads to: first refused sign-ins, then errors. */
const CAUSES: Readonly<Record<ErrorCode, string>> = {
  invalid_callback: 'The callback URL is opened without a code and without an error.',
  invalid_state: 'The callback belongs to no sign-in of this browser.',
  access_denied: 'Marketing Cloud reports that the user denied access.',
  user_not_licensed: 'The user has no licence for the installed package.',
  tenant_not_allowed: 'The callback names another tenant.',
  sign_in_expired: 'Marketing Cloud no longer accepts the authorization code.',
  business_unit_denied: 'The sign-in asks for a business unit that does not exist.',
  sign_in_refused: 'The app refuses the user. This app has no rule that does, so the button only opens the page.',
  authorization_failed: 'The installed package does not have a scope that the app asks for.',
  invalid_client: 'The client secret is wrong or has expired.',
  rate_limited: 'The token endpoint answers 429 with Retry-After: 5.',
  upstream_unavailable: 'The token endpoint closes the connection.',
  invalid_response: 'A proxy answers the token request with a page.',
  tenant_mismatch: 'The token answer has the addresses of another tenant.',
  session_unavailable: 'The session store is not connected, so there is no session.',
  vault_unavailable: 'The store of the sign-ins does not answer.',
  sign_in_loop: 'Three sign-ins are refused within a minute, and the app starts the fourth.',
  sign_in_required: 'The tokens are deleted while a page works with them. Sign in first.',
  api_error: 'A page calls a path that the REST API does not have. Sign in first.',
  user_missing: 'The session has tokens, but passport.session() found no user. Sign in first.',
  invalid_user: 'deserializeUser returns a text instead of an object.',
  insufficient_scope: 'The page needs a scope that the app does not have. Sign in first.',
};
const CODES = Object.keys(CAUSES) as ErrorCode[];
/** Of a refused sign-in: the user or the browser caused it. */
const REFUSALS: ReadonlySet<ErrorCode> = new Set(CODES.slice(0, CODES.indexOf('authorization_failed')));
const MAX_REFUSALS = 3;

/**
 * Creates the fault panel: a page with a button for each failure. It exists with the emulator only. A button prepares one
 * failure, then does what leads to it, so nothing has to be reset.
 */
export function createFaultPanel({ bus, passport, strategy }: FaultPanelOptions): Router {
  const handlers = createAppFaults(passport, strategy);
  const router = Router();
  router.get('/', (req, res) => {
    const toView = (code: ErrorCode): FaultView => {
      const { status } = new MarketingCloudError(code);
      return { code, status, cause: CAUSES[code] };
    };
    const refusals = CODES.filter((code) => REFUSALS.has(code));
    const errors = CODES.filter((code) => !REFUSALS.has(code));
    const view: FaultPanelView = {
      groups: [
        { title: 'Refused sign-ins', faults: refusals.map(toView) },
        { title: 'Errors', faults: errors.map(toView) },
      ],
    };
    renderPage(req, res, 'faults', 'Failures', view);
  });
  // #region faults
  router.post('/', sameOrigin(), express.urlencoded({ extended: false, limit: '1kb' }), (req, res, next) => {
    const { code } = (req.body ?? {}) as { code?: unknown };
    if (typeof code !== 'string' || !Object.hasOwn(CAUSES, code)) {
      res.redirect(303, '/faults');
      return;
    }
    // Otherwise the fourth refusal within a minute would become a sign_in_loop.
    for (const name of getRefusalCookies(req.headers.cookie)) res.clearCookie(name, { path: '/' });
    if (isEmulatorFaultCode(code)) {
      bus.send({ kind: 'set-fault', code });
      res.redirect(303, '/login?returnTo=/faults');
    } else handlers[code as AppFaultCode](req, res, next);
  });
  // #endregion
  return router;
}

/** The faults that are not Marketing Cloud's: a request, a setting or a store of this app is wrong, for one request. */
function createAppFaults(
  passport: FaultPanelOptions['passport'],
  options: FaultPanelOptions['strategy'],
): Readonly<Record<AppFaultCode, RequestHandler>> {
  const { origin, pathname } = new URL(options.callbackURL);
  const redirectTo =
    (url: string): RequestHandler =>
    (_req, res) =>
      res.redirect(303, url);
  const signIn = (strategy: string | Strategy, accountId?: number): RequestHandler => {
    const name = strategy as string;
    return passport.authenticate(name, { returnTo: '/faults', accountId } as object) as RequestHandler;
  };
  const withUser =
    (user: unknown): RequestHandler =>
    (req, _res, next) => {
      Reflect.set(req, 'user', user);
      next();
    };
  const call =
    (work: (connection: MarketingCloud) => Promise<unknown>): RequestHandler =>
    (req, _res, next) => {
      work(req.marketingCloud).then(() => next(), next);
    };
  const { name = 'marketing-cloud' } = options;
  const guard = requireMarketingCloud() as RequestHandler;
  return {
    invalid_callback: redirectTo(`${pathname}?state=without-a-code`),
    invalid_state: redirectTo(`${pathname}?code=unknown&state=unknown`),
    sign_in_refused: redirectTo('/sign-in-failed?code=sign_in_refused'),
    business_unit_denied: signIn(name, 1),
    session_unavailable: inOrder((req, _res, next) => {
      Reflect.deleteProperty(req, 'session');
      next();
    }, signIn(name)),
    vault_unavailable: signIn(new Strategy({ ...options, name: `${name}-without-store`, vault: createFailingVault() })),
    sign_in_loop: async (_req, res) => {
      let cookies: string[] = [];
      for (let refused = 0; refused < MAX_REFUSALS; refused += 1) {
        const cookie = cookies.map((one) => one.split(';', 1)[0]).join('; ');
        const address = `${origin}${pathname}?state=without-a-code`;
        cookies = (await fetch(address, { redirect: 'manual', headers: { cookie } })).headers.getSetCookie();
      }
      res.set('Set-Cookie', cookies);
      res.redirect(303, '/login?returnTo=/faults');
    },
    sign_in_required: inOrder(
      guard,
      call(async (connection) => {
        await connection.disconnect();
        await connection.credentials();
      }),
    ),
    api_error: inOrder(
      guard,
      call(({ rest }) => rest.get('/asset/v1/no-such-path')),
    ),
    user_missing: inOrder(guard, withUser(undefined), guard),
    invalid_user: inOrder(withUser('text'), guard),
    insufficient_scope: requireMarketingCloud({ scope: 'push_read' }) as RequestHandler,
  };
}

/** A handler that runs others in order, as `app.get` does with several. */
function inOrder(...handlers: readonly RequestHandler[]): RequestHandler {
  const router = Router();
  router.use(...handlers);
  return router;
}

/** A store that is down. */
function createFailingVault(): Vault {
  const fail = (): Promise<never> => Promise.reject(new Error('The store is down.'));
  return {
    ...{ create: fail, read: fail, acquire: fail, renew: fail, release: fail },
    ...{ commit: fail, markDead: fail, delete: fail, consume: fail },
  };
}

/** The cookie in which the package counts refused sign-ins of the last minute. */
function getRefusalCookies(header = ''): readonly string[] {
  return header
    .split(';')
    .map((pair) => pair.split('=', 1)[0]?.trim() ?? '')
    .filter((name) => name.endsWith('mc-refusals'));
}
