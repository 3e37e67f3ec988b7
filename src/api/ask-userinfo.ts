import { ApiError, hasCode, MarketingCloudError } from '../errors';
import { toIdentity } from '../grants/grant';
import type { GrantSnapshot } from '../grants/grant-snapshot';
import type { Profile } from '../protocol/userinfo';
import type { ConfirmedProfile, Engine } from './engine';

const USERINFO = { method: 'GET', path: '/v2/userinfo' };

/**
 * Asks userinfo whom the tokens of a grant are for, and records that. A token that it refuses is replaced once.
 *
 * @param replace gives the grant with other tokens; the same where the token is not a likely reason for the refusal
 * @throws MarketingCloudError `sign_in_required` for tokens of another user, or as `replace` does; `upstream_unavailable`,
 *   `rate_limited`, `invalid_response`; `vault_unavailable`
 * @throws ApiError when userinfo refuses a token that is good elsewhere
 */
export async function askUserinfo(
  { client, grants }: Engine,
  from: GrantSnapshot,
  replace: (snapshot: GrantSnapshot) => Promise<GrantSnapshot>,
): Promise<ConfirmedProfile> {
  const ask = async ({ tenant, grant }: GrantSnapshot): Promise<Profile> => {
    try {
      return await client.userinfo(tenant, grant.accessToken, 'sign_in_required');
    } catch (error) {
      // It speaks of the access token alone, so that no other status than 401 is a reason to sign in again.
      if (!hasCode(error, 'sign_in_required') || isUnauthorized(error)) throw error;
      throw new ApiError(error.response ?? { status: 403 }, USERINFO);
    }
  };
  const askWithNext = async (): Promise<{ snapshot: GrantSnapshot; profile: Profile }> => {
    const snapshot = await replace(from);
    if (snapshot.grant.accessToken === from.grant.accessToken) throw new ApiError({ status: 401 }, USERINFO);
    try {
      return { snapshot, profile: await ask(snapshot) };
    } catch (error) {
      throw isUnauthorized(error) ? new ApiError({ status: 401 }, USERINFO) : error;
    }
  };
  const accepted = await ask(from).then(
    (profile) => ({ snapshot: from, profile }),
    (error: unknown) => {
      if (!isUnauthorized(error)) throw error;
      return askWithNext();
    },
  );
  return { ...accepted, current: await grants.confirmIdentity(accepted.snapshot, toIdentity(accepted.profile)) };
}

function isUnauthorized(error: unknown): boolean {
  return error instanceof MarketingCloudError && error.response?.status === 401;
}
