import { ApiError, MarketingCloudError } from 'passport-marketing-cloud';
import { ERROR_TEXTS, UNKNOWN_ERROR_TEXT, type Advice } from './error-texts';

const MAX_UPSTREAM_TEXT_LENGTH = 500;
const TRY_AGAIN = { url: '/dashboard', label: 'Try again' };
export const PERMISSION_STEPS = [
  'Both are needed: the scope in Setup → Installed Packages, and the permission in your user’s role. A change in Installed Packages can take five minutes to take effect.',
];

/** A part of a page: its data, or why there is none. */
export type PagePart<T> =
  { readonly data: T; readonly advice?: undefined } | { readonly advice: Advice; readonly data?: undefined };

/**
 * Waits for the data of a part of a page. If the call fails, the rest of the page is still shown. Errors that concern
 * the whole page are thrown: a sign-in that has ended, and errors that are not from Marketing Cloud.
 */
export async function loadPart<T>(
  data: Promise<T>,
  adviceAbout: (error: unknown) => Advice,
  isAboutPart: (error: unknown) => boolean = isCallError,
): Promise<PagePart<T>> {
  try {
    return { data: await data };
  } catch (error) {
    if (!isAboutPart(error)) throw error;
    return { advice: adviceAbout(error) };
  }
}

/** Whether an error concerns one call: Marketing Cloud refused it, or did not answer. */
export function isCallError(error: unknown): boolean {
  return error instanceof MarketingCloudError && error.code !== 'sign_in_required';
}

/** Gets the advice about an error: by its code or, for a refused API call, by Marketing Cloud's status. */
export function getAdvice(error: unknown, retryUrl: string): Advice {
  return withRetryUrl(findAdvice(error), retryUrl);
}

/** Gets the advice about an error of reading a data extension's rows. */
export function getRowsAdvice(error: unknown, retryUrl: string): Advice {
  const advice = getAdvice(error, retryUrl);
  if (!(error instanceof ApiError) || error.response?.status !== 404) return advice;
  return {
    ...advice,
    title: 'Data extension not found',
    happened: 'This business unit has no data extension with this external key.',
    steps: ['The external key is in Email Studio or Contact Builder, on the data extension’s page.'],
  };
}

/** Gets what Marketing Cloud wrote about a refused call or sign-in. Text from outside: escape it before it is shown. */
export function getUpstreamText(error: unknown): string | undefined {
  const { upstreamMessage, response } = Object(error) as { upstreamMessage?: unknown; response?: unknown };
  const { description } = Object(response) as { description?: unknown };
  const text = [upstreamMessage, description].find((one) => typeof one === 'string' && one.trim() !== '');
  return typeof text === 'string' ? text.trim().slice(0, MAX_UPSTREAM_TEXT_LENGTH) : undefined;
}

function findAdvice(error: unknown): Advice {
  if (error instanceof ApiError) {
    const { code, docs } = error;
    return { ...getAdviceByStatus(error), upstreamText: getUpstreamText(error), code, docs };
  }
  if (!(error instanceof MarketingCloudError)) return UNKNOWN_ERROR_TEXT;
  const { code, docs, retryAfter } = error;
  const advice = { ...(hasText(code) ? ERROR_TEXTS[code] : UNKNOWN_ERROR_TEXT), code, docs };
  if (retryAfter === undefined) return advice;
  return { ...advice, steps: [`Try again in ${formatSeconds(retryAfter)}.`, ...advice.steps.slice(1)] };
}

function hasText(code: string): code is keyof typeof ERROR_TEXTS {
  return Object.hasOwn(ERROR_TEXTS, code);
}

function getAdviceByStatus({ response, errorcode, retryAfter }: ApiError): Advice {
  const status = response?.status;
  const errorcodeText = errorcode === undefined || errorcode === 0 ? '' : `, errorcode ${errorcode}`;
  const answer = `Marketing Cloud answered ${status ?? 'with an error'}${errorcodeText}.`;
  const retry = TRY_AGAIN;
  if (status === 403 || status === 401) {
    const happened = `Your user, or this app, has no permission for this. ${answer}`;
    return { title: 'Not allowed', happened, steps: PERMISSION_STEPS, retry };
  }
  if (status === 404) {
    const happened = `This business unit does not have it. ${answer}`;
    return { title: 'Not found', happened, steps: ['Check what you asked for.'] };
  }
  if (status === 429 || status === 503) {
    const wait =
      retryAfter === undefined ? 'Wait a moment, then try again.' : `Try again in ${formatSeconds(retryAfter)}.`;
    return { title: 'Marketing Cloud is busy', happened: `It asks to wait. ${answer}`, steps: [wait], retry };
  }
  if (status === undefined || status >= 500) {
    const steps = ['Wait a minute, then try again.'];
    return { title: 'Marketing Cloud has a problem', happened: answer, steps, retry };
  }
  const steps = ['Correct what you asked for, then try again.'];
  return { title: 'Marketing Cloud refused the call', happened: answer, steps, retry };
}

/** Gives the link of an advice another address. Without a link it has none afterwards, either. */
export function withRetryUrl(advice: Advice, url: string): Advice {
  return { ...advice, ...(advice.retry !== undefined && { retry: { ...advice.retry, url } }) };
}

/** Formats a number of seconds, from two minutes on in minutes. */
function formatSeconds(seconds: number): string {
  if (seconds >= 120) return `${Math.ceil(seconds / 60)} minutes`;
  return seconds === 1 ? '1 second' : `${seconds} seconds`;
}
