import { randomBytes, timingSafeEqual } from 'node:crypto';
import type { ClientSecret, InstalledPackage } from './model';

/** The clock and the lifetimes for secrets and settings. */
export interface SecretRules {
  readonly now: () => number;
  /** How long a change takes to have an effect. */
  readonly propagationMs: number;
  readonly secretLifetimeMs: number;
}

/** Creates the secret that a package starts with: active, and accepted at once. */
export function createInitialSecrets(value: string, rules: SecretRules): ClientSecret[] {
  return [{ value, status: 'active', acceptedFrom: 0, expiresAt: rules.now() + rules.secretLifetimeMs }];
}

/**
 * Generates a staged secret. It is accepted in addition to the active one, after the propagation time.
 *
 * @see https://developer.salesforce.com/docs/marketing/marketing-cloud/guide/rotate-oauth2-secret.html
 */
export function stageSecret(installed: InstalledPackage, rules: SecretRules): string {
  if (installed.kind === 'public') throw new Error('world.stageSecret: a public app has no secret');
  for (const secret of installed.secrets) if (secret.status === 'staged') secret.status = 'expired';
  const value = randomBytes(18).toString('base64url').replace(/[-_]/g, 'x');
  const now = rules.now();
  installed.secrets.push({
    value,
    status: 'staged',
    acceptedFrom: now + rules.propagationMs,
    expiresAt: now + rules.secretLifetimeMs,
  });
  return value;
}

/** Activates the staged secret and expires the one that was active. */
export function activateSecret(installed: InstalledPackage): void {
  const staged = installed.secrets.find((secret) => secret.status === 'staged');
  if (staged === undefined) throw new Error('world.activateSecret: no secret is staged; call stageSecret first');
  for (const secret of installed.secrets) if (secret.status === 'active') secret.status = 'expired';
  staged.status = 'active';
}

/** Expires the given secret, or the active one. */
export function expireSecret(installed: InstalledPackage, value?: string): void {
  const secret = installed.secrets.find((each) =>
    value === undefined ? each.status === 'active' : each.value === value,
  );
  if (secret === undefined) throw new Error('world.expireSecret: the package has no such secret');
  secret.status = 'expired';
}

/** Returns whether a package accepts this secret now. */
export function acceptsSecret(installed: InstalledPackage, value: string, now: number): boolean {
  const offered = Buffer.from(value);
  return installed.secrets.some((secret) => {
    const known = Buffer.from(secret.value);
    const isValid = secret.status !== 'expired' && secret.acceptedFrom <= now && now < secret.expiresAt;
    return isValid && known.length === offered.length && timingSafeEqual(known, offered);
  });
}
