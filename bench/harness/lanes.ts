import type { AppAddress } from '../apps/app';
import { Browser } from './browser';

/** Users that work at the same time, each with one request after another. */
export class Lanes {
  readonly browsers: readonly Browser[];

  constructor(address: AppAddress, count: number) {
    this.browsers = Array.from({ length: count }, () => new Browser(address));
  }

  /** Runs a step many times, spread over the users. */
  async run(times: number, step: (browser: Browser) => Promise<unknown>): Promise<void> {
    let left = times;
    await Promise.all(
      this.browsers.map(async (browser) => {
        while (left > 0) {
          left -= 1;
          await step(browser);
        }
      }),
    );
  }

  close(): void {
    for (const browser of this.browsers) browser.close();
  }
}
