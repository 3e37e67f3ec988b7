import type { Request, Response } from 'express';
import { isStillAllowed, type Core, type Exchange } from '../core';
import { sendProblemPage } from '../login/problem-page';
import type { IssuedCode } from '../tokens/ledger';
import type { InstalledPackage } from '../world/model';
import type { Account } from '../world/world';
import { allowsRedirectUrl } from '../world/redirect-urls';
import { ERROR_URI, Refused } from './refused';
import { allScopes, narrowScopes, readScope } from './scope-rules';

/** What is good about an authorization request, whoever the user turns out to be. */
interface Asked {
  readonly installed: InstalledPackage;
  readonly redirectUri: string;
  readonly state: string | undefined;
}

const SINGLE_PARAMETERS = ['response_type', 'scope', 'state', 'code_challenge', 'code_challenge_method'];
const TICKET = /[?&]ticket=([^&]*)$/;

/**
 * `GET /v2/authorize`. The first visit leads to the login page, which sends the browser back with a ticket; that one
 * leads to the app, with `state`, `tssd` (published apps) and `code` in the documented order. So each sign-in makes two
 * requests to this endpoint.
 *
 * An unknown client or redirect URL ends on a page here and never returns to the app.
 *
 * @see https://developer.salesforce.com/docs/marketing/marketing-cloud/guide/authorization-code.html
 */
export function authorizeEndpoint(core: Core): (req: Request, res: Response) => void {
  return function authorizeRoute(req, res) {
    const exchange = core.exchangeOf(req);
    res.set('Cache-Control', 'no-store');
    const asked = readClient(core, exchange, res);
    if (asked === undefined) return;
    try {
      checkRequest(exchange.query);
      const challenge = readChallenge(core, exchange.query);
      const scopes = readScopes(core, exchange.query, asked.installed);
      const service = serviceUrl(exchange);
      const account = core.sessions.redeemTicket(TICKET.exec(exchange.location.search)?.[1], service);
      if (account === undefined) {
        const login = exchange.location.baseUrls('login', exchange.tenant.subdomain);
        res.redirect(302, `${login}/hub-cas/login?service=${encodeURIComponent(service)}`);
        return;
      }
      const code = issueCode(core, account, { ...asked, challenge, scopes });
      const tssd = asked.installed.published ? { tssd: account.tenant.subdomain } : {};
      res.redirect(302, withParameters(asked.redirectUri, { state: asked.state, ...tssd, code: code.value }));
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      const state = core.settings.stateOnErrors ? asked.state : undefined;
      res.redirect(302, withParameters(asked.redirectUri, { state, ...error.body }));
    }
  };
}

function readClient(core: Core, { query, tenant }: Exchange, res: Response): Asked | undefined {
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
  if (repeated !== undefined) throw refusal('invalid_request', `The parameter "${repeated}" is there more than once.`);
  const responseType = query.get('response_type');
  if (responseType === null) throw refusal('invalid_request', 'The parameter "response_type" is missing.');
  if (responseType !== 'code') throw refusal('unsupported_response_type', 'Use "code" as the response_type.');
}

function readChallenge(core: Core, query: URLSearchParams): IssuedCode['challenge'] {
  const value = query.get('code_challenge');
  const method = query.get('code_challenge_method') ?? 'plain';
  if (value === null || core.settings.pkce === 'ignore') return undefined;
  if (core.settings.pkce === 'reject') throw refusal('invalid_request', 'The parameter "code_challenge" is not known.');
  if (method !== 'S256' && method !== 'plain') {
    throw refusal('invalid_request', 'Use "S256" or "plain" as the code_challenge_method.');
  }
  return { value, method };
}

function readScopes(core: Core, query: URLSearchParams, installed: InstalledPackage): readonly string[] {
  const asked = readScope(query.get('scope'));
  return asked === undefined ? allScopes(core, installed) : narrowScopes(asked, installed.settings.seen.scopes);
}

/** The whole authorize URL without the ticket: what the login page is told to return to. */
function serviceUrl({ location, tenant }: Exchange): string {
  return `${location.baseUrls('auth', tenant.subdomain)}/v2/authorize${location.search.replace(TICKET, '')}`;
}

function issueCode(
  core: Core,
  account: Account,
  asked: Asked & { challenge: IssuedCode['challenge']; scopes: readonly string[] },
): IssuedCode {
  const { installed, redirectUri, challenge, scopes } = asked;
  if (!isStillAllowed(core, { ...account, installed })) {
    throw refusal('user_not_licensed', 'The user is not licensed to use this package.');
  }
  const businessUnitId = account.user.businessUnitIds[0] ?? account.tenant.enterpriseId;
  const subject = { ...account, installed, businessUnitId, scopes, family: Symbol(account.user.username) };
  return core.ledger.issueCode(subject, core.settings.codeLifetimeSeconds * 1000, { redirectUri, challenge });
}

function refusal(error: string, description: string): Refused {
  return new Refused(400, { error, error_description: description, error_uri: ERROR_URI });
}

function withParameters(url: string, parameters: Readonly<Record<string, unknown>>): string {
  const pairs = Object.entries(parameters).flatMap(([name, value]) =>
    typeof value === 'string' ? [`${name}=${encodeURIComponent(value)}`] : [],
  );
  return `${url}${url.includes('?') ? '&' : '?'}${pairs.join('&')}`;
}
