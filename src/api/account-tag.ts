import type { Identity } from '../grants/grant';
import { digest } from '../identifiers';

/** A tag of a user in a business unit, for pages: the ids cannot be read from it. */
export function toAccountTag({ userId, businessUnitId, enterpriseId }: Identity): string {
  return digest('account', String(enterpriseId), String(businessUnitId), userId).slice(0, 16);
}
