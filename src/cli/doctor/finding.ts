/** How a rule was decided. A rule that cannot be checked is skipped, with the reason. */
export type Status = 'passed' | 'warned' | 'failed' | 'skipped';

/** The result of one rule. No text of it holds a secret, or anything that a server has written. */
export interface Finding {
  readonly status: Status;
  readonly message: string;
  /** What to do, exactly. */
  readonly fix?: string;
  /** The page that this finding rests on, where it is another one than the rule's. */
  readonly docs?: string;
}

/** A rule that is kept. */
export function passed(message: string): Finding {
  return { status: 'passed', message };
}

/** A rule whose breach works today, or works for some. */
export function warned(message: string, fix: string, docs?: string): Finding {
  return { status: 'warned', message, fix, ...(docs !== undefined && { docs }) };
}

/** A broken rule: signing in, or keeping users signed in, does not work. */
export function failed(message: string, fix: string, docs?: string): Finding {
  return { status: 'failed', message, fix, ...(docs !== undefined && { docs }) };
}

/** A rule that cannot be checked. */
export function skipped(message: string, fix?: string): Finding {
  return { status: 'skipped', message, ...(fix !== undefined && { fix }) };
}
