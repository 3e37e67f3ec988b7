import { MarketingCloudError } from '../errors';
import type { FailureNote } from '../grants/failure-note';
import { withoutPrototype } from '../own-properties';
import { explanationFor } from '../protocol/explanations';

/** The cool-down after the first failure; it doubles with each further one. */
const FIRST_COOL_DOWN_MS = 1_000;
const MAX_COOL_DOWN_MS = 15_000;
/** A longer `Retry-After` is reported to the caller, but not waited out; a note further in the future is not believed. */
const MAX_WAIT_MS = 60_000;
/** Refusals closer together than this count once: a proxy may refuse everything for a few seconds. */
const MIN_UNEXPLAINED_INTERVAL_MS = 120_000;

/**
 * The note after one more failure.
 *
 * @param before the note of the failure before, where there was one
 * @param isUnexplained whether this was an unexplained refusal of an expired token
 */
export function nextFailureNote(
  error: MarketingCloudError,
  before: FailureNote | undefined,
  nowMs: number,
  isUnexplained: boolean,
): FailureNote {
  const failures = (before?.failures ?? 0) + 1;
  const askedMs = (error.retryAfter ?? 0) * 1000;
  const until = nowMs + Math.ceil(Math.max(getPauseMs(failures), Math.min(askedMs, MAX_WAIT_MS)));
  return withoutPrototype<FailureNote>({
    code: error.code,
    status: error.status,
    ...(error.response !== undefined && { response: error.response }),
    ...(explanationFor(error.reason) && { reason: error.reason }),
    failures,
    ...(isUnexplained ? countUnexplained(before, nowMs) : { unexplainedRefusals: 0 }),
    until,
    ...(nowMs + askedMs > until && { comeBackAt: nowMs + askedMs }),
  });
}

/** How long the cool-down still lasts, in milliseconds; 0 when it is over. */
export function getCoolDownMs(note: FailureNote | undefined, nowMs: number): number {
  const leftMs = note === undefined ? 0 : note.until - nowMs;
  return leftMs > 0 && leftMs <= MAX_WAIT_MS ? leftMs : 0;
}

/** The failure of a note as an error to throw again, with the seconds that are left to wait. */
export function toCoolDownError(note: FailureNote, nowMs: number, cause?: unknown): MarketingCloudError {
  const leftMs = Math.max(getCoolDownMs(note, nowMs), (note.comeBackAt ?? nowMs) - nowMs);
  const known = explanationFor(note.reason);
  return new MarketingCloudError(note.code, {
    status: note.status,
    response: note.response,
    ...(known !== undefined && { reason: known.reason, hint: known.hint }),
    retryAfter: Math.max(1, Math.ceil(leftMs / 1000)),
    cause,
  });
}

/** 1 s, doubled with each failure in a row up to 15 s, less up to a tenth, so that processes do not retry in step. */
function getPauseMs(failures: number): number {
  return Math.min(FIRST_COOL_DOWN_MS * 2 ** (failures - 1), MAX_COOL_DOWN_MS) * (1 - Math.random() / 10);
}

function countUnexplained(
  before: FailureNote | undefined,
  nowMs: number,
): Required<Pick<FailureNote, 'unexplainedRefusals' | 'lastUnexplainedAt'>> {
  if (before?.lastUnexplainedAt === undefined) return { unexplainedRefusals: 1, lastUnexplainedAt: nowMs };
  const { unexplainedRefusals, lastUnexplainedAt } = before;
  if (nowMs - lastUnexplainedAt >= MIN_UNEXPLAINED_INTERVAL_MS)
    return { unexplainedRefusals: unexplainedRefusals + 1, lastUnexplainedAt: nowMs };
  // A time in the future was written by a process whose clock was ahead.
  return { unexplainedRefusals, lastUnexplainedAt: Math.min(lastUnexplainedAt, nowMs) };
}
