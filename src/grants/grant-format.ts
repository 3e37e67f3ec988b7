import { asObject, withoutPrototype, isStrings, getOwn, parseObject, type JsonObject } from '../own-properties';
import { readSubdomain } from '../tenant';
import type { Grant, Identity } from './grant';
import { digest } from '../identifiers';

/** The version of the format. A release with another format writes the next number, which this release does not read. */
const FORMAT = 1;
const KNOWN_MEMBERS: ReadonlySet<string> = new Set([
  ...['format', 'subdomain', 'accessToken', 'refreshToken', 'issuedAt', 'expiresAt', 'scope', 'identity', 'persistent'],
  ...['kept', 'detached', 'unconfirmed', 'afterRefusal', 'tokens', 'strategy'],
]);

/** A grant as the text that a vault keeps, before it is sealed. */
export function serializeGrant(grant: Grant): string {
  return JSON.stringify({ ...asObject(getOwn(grant, 'more')), format: FORMAT, ...grant, more: undefined });
}

/** What is kept of a dead grant: a hash in place of its tokens. */
export function serializeTombstone(grant: Grant): string {
  const { more, accessToken, refreshToken, ...rest } = withoutPrototype(grant);
  return JSON.stringify({ ...more, format: FORMAT, ...rest, tokens: digest(accessToken, refreshToken ?? '') });
}

/**
 * A dead grant, with the tokens that it had. Undefined when it had other tokens than `grant`, or when the text is not
 * valid.
 */
export function parseTombstone(data: string, { accessToken, refreshToken }: Grant): Grant | undefined {
  const stored = parseObject(data);
  if (stored === undefined || getOwn(stored, 'tokens') !== digest(accessToken, refreshToken ?? '')) return undefined;
  return toGrant({ ...stored, accessToken, refreshToken });
}

/**
 * A grant, or undefined when the text is not valid: a record may have been damaged or tampered with, and its subdomain
 * decides where tokens are sent. Members that this release does not know are kept.
 */
export function parseGrant(data: string): Grant | undefined {
  const stored = parseObject(data);
  return stored && toGrant(stored);
}

function toGrant(stored: JsonObject): Grant | undefined {
  if (getOwn(stored, 'format') !== FORMAT) return undefined;
  const strategy = getOwn(stored, 'strategy');
  const subdomain = getOwn(stored, 'subdomain');
  const accessToken = getOwn(stored, 'accessToken');
  const refreshToken = getOwn(stored, 'refreshToken');
  const issuedAt = getOwn(stored, 'issuedAt');
  const expiresAt = getOwn(stored, 'expiresAt');
  const scope = getOwn(stored, 'scope');
  const persistent = getOwn(stored, 'persistent');
  if (
    typeof strategy !== 'string' ||
    typeof subdomain !== 'string' ||
    readSubdomain(subdomain) !== subdomain ||
    typeof accessToken !== 'string' ||
    !(refreshToken === undefined || typeof refreshToken === 'string') ||
    typeof issuedAt !== 'number' ||
    typeof expiresAt !== 'number' ||
    typeof persistent !== 'boolean' ||
    !isStrings(scope)
  ) {
    return undefined;
  }
  const identity = parseIdentity(getOwn(stored, 'identity'));
  const more = getUnknownMembers(stored);
  return withoutPrototype<Grant>({
    strategy,
    subdomain,
    accessToken,
    ...(refreshToken !== undefined && { refreshToken }),
    issuedAt,
    expiresAt,
    scope,
    ...(identity !== undefined && { identity }),
    ...(getOwn(stored, 'unconfirmed') === true && { unconfirmed: true }),
    persistent,
    ...(getOwn(stored, 'kept') === true && { kept: true }),
    ...(getOwn(stored, 'detached') === true && { detached: true }),
    ...(getOwn(stored, 'afterRefusal') === true && { afterRefusal: true }),
    ...(more !== undefined && { more }),
  });
}

function parseIdentity(value: unknown): Identity | undefined {
  const stored = asObject(value);
  const userId = stored && getOwn(stored, 'userId');
  const businessUnitId = stored && getOwn(stored, 'businessUnitId');
  const enterpriseId = stored && getOwn(stored, 'enterpriseId');
  return typeof userId === 'string' && typeof businessUnitId === 'number' && typeof enterpriseId === 'number'
    ? { userId, businessUnitId, enterpriseId }
    : undefined;
}

function getUnknownMembers(stored: JsonObject): JsonObject | undefined {
  const unknown = Object.entries(stored).filter(([name]) => !KNOWN_MEMBERS.has(name));
  return unknown.length === 0 ? undefined : Object.fromEntries(unknown);
}
