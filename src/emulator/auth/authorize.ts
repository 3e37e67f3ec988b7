import type { Request, Response } from 'express';
import type { Core, Exchange } from '../core';
import { ErrorAnswer } from '../http/error-answer';
import { createOAuthError } from '../http/oauth-error';
import { sendProblemPage } from '../login/problem-page';
import type { IssuedCode } from '../tokens/token-store';
import { isStillAllowed } from '../tokens/permissions';
import type { InstalledPackage } from '../world/model';
import type { SignedIn } from '../tokens/login-sessions';
import { allowsRedirectUrl } from '../world/redirect-urls';
import { getAllScopes, narrowScopes, parseScope } from './scope-rules';

/** The client of an authorization request and where the answer goes. */
interface AuthorizationClient {
  readonly installed: InstalledPackage;
  readonly redirectUri: string;
  readonly state: string | undefined;
}

const SINGLE_PARAMETERS = ['response_type', 'scope', 'state', 'code_challenge', 'code_challenge_method'];
const TICKET = /[?&]ticket=([^&]*)$/;

/**
 * `GET /v2/authorize`. The first request is redirected to the login page, which redirects back here with a ticket. The
 * second request is redirected to the app with `state`, `tssd` (published apps only) and `code`, in the documented order.
 * Each sign-in therefore makes two requests to this endpoint.
 *
 * For an unknown client or redirect URL the answer is an error page: the browser is not redirected to the app.
 *
 * @see https://developer.salesforce.com/docs/marketing/marketing-cloud/guide/authorization-code.html
 */
export function authorizeRoute(core: Core): (req: Request, res: Response) => void {
  return function authorize(req, res) {
    const exchange = core.getExchange(req);
    res.set('Cache-Control', 'no-store');
    const client = readClient(core, exchange, res);
    if (client === undefined) return;
    try {
      checkRequest(exchange.query);
      const challenge = parseChallenge(core, exchange.query);
      const scopes = parseScopes(core, exchange.query, client.installed);
      const service = getServiceUrl(exchange);
      const ticket = TICKET.exec(exchange.location.search)?.[1];
      const account = core.sessions.find(core.sessions.redeemTicket(ticket, service));
      if (account === undefined) {
        const login = exchange.location.baseUrls('login', exchange.tenant.subdomain);
        res.redirect(302, `${login}/hub-cas/login?service=${encodeURIComponent(service)}`);
        return;
      }
      const code = issueCode(core, account, { ...client, challenge, scopes });
      const tssd = client.installed.published ? { tssd: account.tenant.subdomain } : {};
      res.redirect(302, withParameters(client.redirectUri, { state: client.state, ...tssd, code: code.value }));
    } catch (error) {
      if (!(error instanceof ErrorAnswer)) throw error;
      const state = core.settings.stateOnErrors ? client.state : undefined;
      res.redirect(302, withParameters(client.redirectUri, { state, ...error.body }));
    }
  };
}

function readClient(core: Core, { query, tenant }: Exchange, res: Response): AuthorizationClient | undefined {
  const [clientId, ...moreIds] = query.getAll('client_id');
  const [redirectUri, ...moreUris] = query.getAll('redirect_uri');
  const installed = clientId === undefined ? undefined : core.world.findPackage(clientId);
  if (installed === undefined || moreIds.length > 0 || !core.world.isInstalled(installed, tenant)) {
    sendProblemPage(res, 401, {
      title: 'Invalid client identifier',
      text: 'No installed package of this tenant has this client id. Marketing Cloud does not return to the app in this case.',
      fix: 'Compare client_id and the subdomain with the API Integration component in Installed Packages.',
    });
    return undefined;
  }
  const { redirectUrls } = installed.settings.seen;
  const isRegistered =
    redirectUri !== undefined &&
    moreUris.length === 0 &&
    allowsRedirectUrl(redirectUrls, redirectUri, core.settings.allowHttpLoopback);
  if (!isRegistered) {
    sendProblemPage(res, 400, {
      title: 'Redirect URL not registered',
      text: 'The package has no such redirect URL. Marketing Cloud compares the whole string: scheme, port, path and final slash.',
      fix: 'Register exactly this URL with the package, or send exactly a registered one.',
      detail: redirectUri ?? '(no redirect_uri parameter)',
    });
    return undefined;
  }
  const [state] = query.getAll('state');
  return { installed, redirectUri, state };
}

function checkRequest(query: URLSearchParams): void {
  const repeated = SINGLE_PARAMETERS.find((name) => query.getAll(name).length > 1);
  if (repeated !== undefined)
    throw createError('invalid_request', `The parameter "${repeated}" is there more than once.`);
  const responseType = query.get('response_type');
  if (responseType === null) throw createError('invalid_request', 'The parameter "response_type" is missing.');
  if (responseType !== 'code') throw createError('unsupported_response_type', 'Use "code" as the response_type.');
}

function parseChallenge(core: Core, query: URLSearchParams): IssuedCode['challenge'] {
  const value = query.get('code_challenge');
  const method = query.get('code_challenge_method') ?? 'plain';
  if (value === null || core.settings.pkce === 'ignore') return undefined;
  if (core.settings.pkce === 'reject')
    throw createError('invalid_request', 'The parameter "code_challenge" is not known.');
  if (method !== 'S256' && method !== 'plain') {
    throw createError('invalid_request', 'Use "S256" or "plain" as the code_challenge_method.');
  }
  return { value, method };
}

function parseScopes(core: Core, query: URLSearchParams, installed: InstalledPackage): readonly string[] {
  const requested = parseScope(query.get('scope'));
  return requested === undefined
    ? getAllScopes(core, installed)
    : narrowScopes(requested, installed.settings.seen.scopes);
}

/** Returns the authorize URL without the ticket: the `service` that the login page redirects to. */
function getServiceUrl({ location, tenant }: Exchange): string {
  return `${location.baseUrls('auth', tenant.subdomain)}/v2/authorize${location.search.replace(TICKET, '')}`;
}

function issueCode(
  core: Core,
  account: SignedIn,
  client: AuthorizationClient & { challenge: IssuedCode['challenge']; scopes: readonly string[] },
): IssuedCode {
  const { installed, redirectUri, challenge, scopes } = client;
  if (!isStillAllowed(core.world, { ...account, installed })) {
    throw createError('user_not_licensed', 'The user is not licensed to use this package.');
  }
  const subject = { ...account, installed, scopes, family: Symbol(account.user.username) };
  return core.tokens.issueCode(subject, core.settings.codeLifetimeSeconds * 1000, { redirectUri, challenge });
}

function createError(error: string, description: string): ErrorAnswer {
  return createOAuthError(400, error, description);
}

function withParameters(url: string, parameters: Readonly<Record<string, unknown>>): string {
  const pairs = Object.entries(parameters).flatMap(([name, value]) =>
    typeof value === 'string' ? [`${name}=${encodeURIComponent(value)}`] : [],
  );
  return `${url}${url.includes('?') ? '&' : '?'}${pairs.join('&')}`;
}
