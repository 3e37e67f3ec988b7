import { MarketingCloudError } from 'passport-marketing-cloud';
import type { Advice } from './advice';
import { adviceOn } from './error-advice';
import { isSdkError, SdkMissing } from './sdk';

/** What to say about a part of the SOAP page that failed; undefined when it is not that part's own failure. */
export function adviceOnSoap(error: unknown, again: string, scope: string): Advice | undefined {
  const retry = { url: again, label: 'Try again' };
  if (error instanceof SdkMissing) {
    return {
      title: 'sfmc-sdk is not there',
      happened: 'SOAP calls are made by the package sfmc-sdk, and it could not be loaded.',
      steps: ['For whoever runs this app: npm install sfmc-sdk, then start it again.'],
    };
  }
  if (isSdkError(error)) {
    if (/permission|not enabled|privilege/i.test(error.message)) {
      return {
        title: 'Not allowed',
        happened: `Your user, or this app, has no right to see this. It takes the scope ${scope}.`,
        steps: [
          'It takes both: the scope in Setup → Installed Packages, and the permission in your user’s role. A change in Installed Packages takes up to five minutes.',
        ],
        retry,
      };
    }
    return {
      title: 'Marketing Cloud did not answer this as it should',
      happened: 'The SOAP call failed, there or on the way.',
      steps: ['Wait a minute, then try again.'],
      retry,
    };
  }
  // A dead grant concerns the whole page, and so does what is not Marketing Cloud's doing.
  if (!(error instanceof MarketingCloudError) || error.code === 'sign_in_required') return undefined;
  return adviceOn(error, again);
}
