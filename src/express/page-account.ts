import type { IncomingMessage, ServerResponse } from 'node:http';
import { answerJson } from '../session/answers';

/** The header in which a page's requests say for whom it was made: `req.marketingCloud.account` as the page has it. */
const HEADER = 'x-marketing-cloud-account';

/** Whether a request comes from a page that was made for another user or business unit. A page need not say. */
export function isOfAnotherAccount({ headers }: IncomingMessage, account: string | undefined): boolean {
  const given = headers[HEADER];
  return given !== undefined && given !== '' && given !== account;
}

/** A write to the wrong business unit is the worst that could happen: the page has to be loaded again first. */
export function refuseOtherAccount(res: ServerResponse): 'answered' {
  return answerJson(res, 409, {
    error: 'account_changed',
    hint: 'Load the page again: it was made for another user or business unit than the session is signed in to now.',
  });
}
