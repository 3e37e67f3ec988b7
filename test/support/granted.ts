import type { MarketingCloud } from '../../src';
import type { Emulator } from '../../src/emulator';
import type { TestApp } from './app';
import { signIn } from './attack';
import { appAt } from './scene';

/** An app with a user signed in, and their grant as a job outside a request has it. */
export interface Granted {
  readonly app: TestApp;
  readonly grantId: string;
  readonly grant: MarketingCloud;
}

/** Signs a user in to an app at the emulator, and forgets the requests that it took. */
export async function grantedAt(
  emulator: Emulator,
  options: Parameters<typeof appAt>[1] = {},
  user?: string,
): Promise<Granted> {
  const { routes } = options;
  const app = await appAt(emulator, {
    ...options,
    routes: (express, strategy, passport) => {
      express.get('/grant-id', (req, res) => void res.json(req.marketingCloud.grantId));
      routes?.(express, strategy, passport);
    },
  });
  const browser = app.browser();
  await signIn(emulator, browser, user);
  const grantId = JSON.parse((await browser.get('/grant-id')).text) as string;
  emulator.requests.clear();
  return { app, grantId, grant: app.strategy.grant(grantId) };
}
