import { ApiError, MarketingCloudError } from '../errors';
import type { OpenAnswer } from '../http/open-answer';
import { parseRetryAfter } from '../http/retry-after';
import { parseUpstreamError } from './rest-error-formats';

/** Marketing Cloud sends 4 MB at most in documented answers; this leaves room and still ends. */
const MAX_BYTES = 64 * 1_048_576;

/**
 * Reads the answer to a REST call.
 *
 * @returns parsed JSON, the text of a body that is no JSON, or `undefined` for an empty one
 * @throws ApiError for a status other than 2xx
 * @throws MarketingCloudError `invalid_response` for a page of HTML: some login page or proxy has answered
 */
export async function readRestAnswer(answer: OpenAnswer, call: { method: string; path: string }): Promise<unknown> {
  const { status } = answer;
  if (status < 200 || status >= 300) throw await readApiError(answer, call);
  const text = await answer.text(MAX_BYTES);
  if (text.trim() === '') return undefined;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    if (!isHtml(text, answer.headers.get('content-type'))) return text;
    throw new MarketingCloudError('invalid_response', {
      response: { status },
      message: `A page of HTML came in place of an answer to ${call.method} ${call.path}.`,
      hint: 'A proxy or a login page may have answered; check the path and baseUrlTemplate.',
    });
  }
}

async function readApiError(answer: OpenAnswer, call: { method: string; path: string }): Promise<ApiError> {
  const { status } = answer;
  const retryAfter = parseRetryAfter(answer.headers.get('retry-after'), Date.now());
  const text = await readErrorText(answer);
  return new ApiError({ status }, { ...call, retryAfter, ...parseUpstreamError(text) });
}

/** An error whose body cannot be read is still what Marketing Cloud answered. */
async function readErrorText(answer: OpenAnswer): Promise<string> {
  try {
    return await answer.text(MAX_BYTES);
  } catch (error) {
    // The caller's own abort.
    if (!(error instanceof MarketingCloudError)) throw error;
    answer.discard();
    return '';
  }
}

const HTML_START = /^\s*<(?:!doctype\s|html|head|body|!--|script|meta|title)/i;
const XML_PROLOG = /^\s*<\?xml[^>]*>/i;

/** By its first bytes, since HTML comes under any content type, and other text under `text/html`. */
function isHtml(text: string, contentType = ''): boolean {
  const start = text.slice(0, 1_024).replace(XML_PROLOG, '');
  return HTML_START.test(start) || (/html/i.test(contentType) && /<[a-z!/]/i.test(start));
}
