import type { IncomingMessage, ServerResponse } from 'node:http';
import type { MarketingCloud } from '../api/marketing-cloud';
import { answerJson } from '../session/answers';

/** The header in which a page's requests say for whom it was made: `req.marketingCloud.account` as the page has it. */
const HEADER = 'x-marketing-cloud-account';

/** Whether a request comes from a page that was made for another user or business unit. A page need not say. */
export function isOfAnotherAccount({ headers }: IncomingMessage, session: Pick<MarketingCloud, 'account'>): boolean {
  const given = headers[HEADER];
  // The tag is made when it is read, and few requests come with one.
  return given !== undefined && given !== '' && given !== session.account;
}

/** A write to the wrong business unit is the worst that could happen: the page has to be loaded again first. */
export function refuseOtherAccount(res: ServerResponse): 'answered' {
  return answerJson(res, 409, {
    error: 'account_changed',
    hint: 'Load the page again: it was made for another user or business unit than the session is signed in to now.',
  });
}
