import { withStandIn } from '../stand-in/stand-in';
import { AppProcess } from './app-process';
import { Browser } from './browser';

const ENCRYPTION_KEY = 'a key of the benchmark, long enough for sealing';

/** The data of a grant as a sign-in leaves it in a vault, plain or sealed. */
export async function readSampleGrant(isSealed: boolean): Promise<string> {
  return await withStandIn(async (standIn) => {
    const app = await AppProcess.start(standIn, {
      contestant: 'passport-marketing-cloud',
      store: { kind: 'memory' },
      recording: { encryptionKey: isSealed ? ENCRYPTION_KEY : undefined },
    });
    const browser = new Browser(app.address);
    try {
      await browser.signIn();
      const grant = await app.process.ask('lastGrant');
      if (grant === undefined) throw new Error('The sign-in wrote no grant.');
      return grant;
    } finally {
      browser.close();
      await app.process.close();
    }
  });
}
