import { hasCode, MarketingCloudError } from '../errors';
import { toIdentity } from '../grants/grant';
import { watchTokenCall } from '../grants/watch-token-call';
import type { IssuedTokens } from '../oauth/oauth-client';
import type { JsonObject } from '../own-properties';
import { assertAuthorized, getKnownRefusal } from '../protocol/authorization-response';
import type { Profile } from '../protocol/userinfo';
import { putGrantAtLogin } from '../session/follow-logins';
import { NewGrant } from '../session/new-grant';
import { toUserIdTag } from '../session/user-tag';
import type { Tenant } from '../tenant';
import { connectGrant } from './connect-grant';
import { answerFramedCallback, explainMissingCookie } from './framed-callback';
import { parseCallback, type FinishedCallback, type PendingCallback } from './parse-callback';
import type { PendingSignIn } from './pending-sign-ins';
import { clearRefusals } from './refusal-count';
import { repeatFinishedSignIn } from './repeat-callback';
import type { RequestTarget } from '../session/request-target';
import { addStrippedPrefix, offerReturnTo } from './return-to';
import { getSession } from '../session/session-check';
import { publishFinish, publishRefusal } from './sign-in-events';
import { toGrantMark } from './sign-in-cookie';
import type { SignInFlow } from './sign-in-flow';
import { getTokenParams, loadProfile } from './strategy-hooks';
import { verifyUser, type AcceptedUser } from './verify';

/**
 * Answers the callback route: every step from the query to the stored session. The pending sign-in is consumed before
 * anything that the query says is acted upon, so that a callback counts once.
 *
 * @throws MarketingCloudError for every refusal and error of a step
 */
export async function handleCallback(flow: SignInFlow, target: RequestTarget): Promise<void> {
  if (answerFramedCallback(flow, target)) return;
  const callback = parseOrExplain(flow, target);
  if (callback === undefined) return;
  if ('finishedBy' in callback) {
    repeatFinishedSignIn(flow, callback);
    return;
  }
  const pending = await consumePendingSignIn(flow, callback);
  flow.refusalUrl ??= pending.refusalUrl;
  assertAuthorized(callback.response);
  const tenant = await flow.parts.tenants.choose(pending, callback.response.tssd, flow.req);
  const { code } = callback.response;
  if (code === undefined) throw new MarketingCloudError('invalid_callback');

  const tokens = await exchangeCode(flow, tenant, pending, code);
  const loaded = await loadUserProfile(flow, tenant, tokens);
  if (loaded.error) {
    flow.endByThrown(loaded.error);
    return;
  }
  const verified = await verifyUser(flow, tokens, loaded.profile);
  if (verified.outcome === 'error') flow.error(verified.error);
  else if (verified.outcome === 'refused') flow.refuse(verified.info);
  else {
    const returnTo = addStrippedPrefix(pending.returnTo, target.path, flow.parts.engine.callbackPath);
    const grant = await createGrant(flow, tenant, { ...pending, returnTo }, tokens, loaded.userinfo);
    await logIn(flow, callback, { grant, tenant }, verified);
  }
}

/** The callback; undefined where its cookie did not come back and the package's page has said so. */
function parseOrExplain(flow: SignInFlow, { query }: RequestTarget): PendingCallback | FinishedCallback | undefined {
  try {
    return parseCallback(flow, query);
  } catch (error) {
    const isMissing = hasCode(error, 'invalid_state') && error.reason === 'cookie_missing';
    if (!isMissing || !explainMissingCookie(flow)) throw error;
    publishRefusal(flow.parts.engine.name, error, { outcome: 'fail', startedAt: flow.startedAt });
    return undefined;
  }
}

/**
 * Takes the pending sign-in of a callback out of the vault. Its cookie is removed once it is certain that the vault has
 * the sign-in no more.
 *
 * @throws MarketingCloudError `invalid_state`, `vault_unavailable`
 */
async function consumePendingSignIn(
  flow: SignInFlow,
  { state, secret, cookie, response }: PendingCallback,
): Promise<PendingSignIn> {
  try {
    const pending = await flow.parts.pending.consume(state, secret);
    cookie.remove();
    return pending;
  } catch (error) {
    if (!hasCode(error, 'invalid_state')) throw error;
    cookie.remove();
    throw new MarketingCloudError('invalid_state', { reason: getKnownRefusal(response) });
  }
}

/**
 * Gets tokens for the code. The parameters of a subclass's `tokenParams` go along. A 429 pauses the tenant's refreshes.
 */
async function exchangeCode(
  flow: SignInFlow,
  tenant: Tenant,
  pending: PendingSignIn,
  code: string,
): Promise<IssuedTokens> {
  const { parts, strategy } = flow;
  const exchange = {
    code,
    redirectUri: parts.settings.callbackURL,
    codeVerifier: pending.verifier,
    scope: pending.scope,
    accountId: pending.accountId,
    extra: getTokenParams(strategy, flow) as JsonObject | undefined,
  };
  const { client, grants, name } = parts.engine;
  const call = { strategy: name, subdomain: tenant.subdomain, purpose: 'sign-in' } as const;
  try {
    return await watchTokenCall(call, () => client.exchange(tenant, exchange));
  } catch (error) {
    if (hasCode(error, 'rate_limited')) grants.pauseRefreshes(tenant.subdomain, error);
    throw error;
  }
}

interface UserProfile {
  readonly error?: unknown;
  /** What `verify` gets: a subclass may give another than userinfo's. */
  readonly profile?: Profile | undefined;
  /** What userinfo has answered, if it was asked. */
  readonly userinfo?: Profile | undefined;
}

/** Asks userinfo who has signed in, unless `skipUserProfile` or a hook leaves that out. */
async function loadUserProfile(flow: SignInFlow, tenant: Tenant, tokens: IssuedTokens): Promise<UserProfile> {
  let userinfo: Profile | undefined;
  const askUserinfo = async (accessToken: string): Promise<Profile> => {
    userinfo = await flow.parts.engine.client.userinfo(tenant, accessToken, 'sign_in_expired');
    return userinfo;
  };
  const { error, profile } = await loadProfile(flow.strategy, flow, tokens.accessToken, askUserinfo);
  return { error, profile, userinfo };
}

/** Writes the grant to the vault. */
async function createGrant(
  flow: SignInFlow,
  tenant: Tenant,
  { scope, returnTo }: PendingSignIn,
  tokens: IssuedTokens,
  userinfo: Profile | undefined,
): Promise<NewGrant> {
  const { engine } = flow.parts;
  const snapshot = await engine.grants.create(tokens, {
    tenant,
    scope: scope ?? [],
    ...(userinfo !== undefined && { identity: toIdentity(userinfo) }),
  });
  const grant = new NewGrant(engine, snapshot, returnTo);
  grant.watch(flow.res);
  return grant;
}

/**
 * Lets Passport log the user in: it renews the session, and the grant's id goes into the new one before it is saved. For
 * `passport.authorize` the grant goes into the session that is there.
 */
async function logIn(
  flow: SignInFlow,
  { cookie }: PendingCallback,
  { grant, tenant }: { readonly grant: NewGrant; readonly tenant: Tenant },
  { user, info }: AcceptedUser,
): Promise<void> {
  const { req, cookies, options } = flow;
  const { returnTo } = grant;
  if (options.connects) {
    await connectGrant(req, grant);
  } else {
    offerReturnTo(getSession(req), returnTo);
    putGrantAtLogin(req, grant);
  }
  cookie.markFinished(toUserIdTag(user) ?? toGrantMark(grant.id), returnTo);
  clearRefusals(cookies);
  const { startedAt } = flow;
  grant.onEnd((error) => {
    if (error === undefined) publishFinish(grant.engine.name, tenant, grant.id, startedAt);
    else publishRefusal(grant.engine.name, error, { outcome: 'error', startedAt });
  });
  if (options.connects) grant.reportEnd();
  flow.succeed(user, { ...(typeof info === 'string' ? { message: info } : (info as object)), grantId: grant.id });
}
