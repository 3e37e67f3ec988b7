import { bareCause } from '../bare-cause';
import { MarketingCloudError } from '../errors';
import { DecodingError } from './decoder';

/** A call has taken longer than its deadline, or a body has not moved for too long. */
export class DeadlineError extends Error {
  readonly code = 'DEADLINE';
}

/**
 * What ended a call before its answer was complete, as an error that holds nothing from the wire.
 *
 * @param status the answer's, where its head had come
 */
export function toCallError(error: unknown, status?: number): unknown {
  if (error instanceof MarketingCloudError) return error;
  // By shape: an error of Node itself may be of another realm.
  const code = String((Object(error) as { code?: unknown }).code);
  const response = status === undefined ? undefined : { status };
  if (error instanceof DecodingError) {
    return new MarketingCloudError('invalid_response', { response, cause: bareCause(error.cause) });
  }
  return new MarketingCloudError('upstream_unavailable', {
    ...((code === 'DEADLINE' || code === 'UND_ERR_CONNECT_TIMEOUT') && {
      status: 504,
      message: 'Marketing Cloud did not answer in time.',
    }),
    response,
    cause: bareCause(error),
  });
}
