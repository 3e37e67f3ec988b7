import type { SessionGrant } from './session-grants';
import type { Engine } from '../api/engine';
import type { ForgottenGrant } from '../grants/events';
import type { AppRequest } from './app-request';
import { getEngineOf } from './request-engines';

/**
 * Releases grants of a session, by strategy name: those of the strategies that the app has used.
 *
 * @throws MarketingCloudError `vault_unavailable`
 */
export async function releaseGrants(
  req: AppRequest,
  grants: ReadonlyMap<string, SessionGrant>,
  { why, alsoOf }: { readonly why: ForgottenGrant; readonly alsoOf?: Engine | undefined },
): Promise<void> {
  const releases = [...grants].map(async ([name, { grantId }]) => {
    const engine = alsoOf?.name === name ? alsoOf : getEngineOf(req, name);
    if (engine !== undefined) await engine.grants.release(grantId, why);
  });
  await Promise.all(releases);
}
