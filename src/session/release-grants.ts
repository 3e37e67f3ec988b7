import type { SessionGrant } from './session-grants';
import type { Engine } from '../api/engine';
import type { ForgottenGrant } from '../grants/events';
import { getEngines } from './request-engines';

/**
 * Releases grants of a session, by strategy name: those of the strategies whose `marketingCloud()` has run on the request.
 *
 * @throws MarketingCloudError `vault_unavailable`
 */
export async function releaseGrants(
  req: object,
  grants: ReadonlyMap<string, SessionGrant>,
  { why, alsoOf }: { readonly why: ForgottenGrant; readonly alsoOf?: Engine | undefined },
): Promise<void> {
  const engines = new Map(
    [...getEngines(req), ...(alsoOf === undefined ? [] : [alsoOf])].map((one) => [one.name, one]),
  );
  const releases = [...grants].map(async ([name, { grantId }]) => {
    const engine = engines.get(name);
    if (engine !== undefined) await engine.grants.release(grantId, why);
  });
  await Promise.all(releases);
}
