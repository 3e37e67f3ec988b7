import type { Facts } from './facts';
import type { Finding } from './finding';

/** The headings under which rules are printed, in this order. */
export const SUBJECTS = [
  'Node and packages',
  'Tenant and client',
  'Redirect URL',
  'Scopes',
  'Secrets of the app',
  'Network',
  'Marketing Cloud',
  'The app',
  'Redis',
  'PostgreSQL',
] as const;

/** One rule that the doctor checks. A new one is an entry in a file of `rules/`. */
export interface Rule {
  /** Stable: scripts that read `--json` tell rules apart by it. */
  readonly id: string;
  readonly subject: (typeof SUBJECTS)[number];
  readonly title: string;
  /** The page that the rule rests on. */
  readonly docs: string;
  readonly check: (facts: Facts) => Finding | Promise<Finding>;
}
