import type { Express } from 'express';
import passport from 'passport';
import type { DefaultUser } from 'passport-marketing-cloud';
import { CLIENT_ID, CLIENT_SECRET, SCOPE, USUAL_PATHS, type AppContext, type SignInPaths } from './contestant';
import { loadPackage } from './package-under-test';
import { mountPassport } from './passport-session';

/** The package as its README shows it, with PKCE, and with the session store as the vault unless another is given. */
export async function buildMarketingCloudApp(app: Express, context: AppContext): Promise<SignInPaths> {
  const { Strategy, marketingCloud, requireMarketingCloud } = await loadPackage('index', context.packageFolder);
  const strategy = new Strategy({
    subdomain: 'bench',
    clientID: CLIENT_ID,
    clientSecret: CLIENT_SECRET,
    callbackURL: `${context.origin}/callback`,
    scope: SCOPE,
    pkce: true,
    baseUrlTemplate: `${context.standInOrigin}/{subdomain}/{service}`,
    clock: context.now,
    vault: await context.openVault(),
    ...(context.encryptionKey !== undefined && { encryptionKey: context.encryptionKey }),
  });
  passport.use(strategy);
  mountPassport(app, 'marketing-cloud', { successReturnToOrRedirect: '/' });
  app.use(marketingCloud(strategy));
  app.get('/guarded', requireMarketingCloud(), (req, res) => {
    const user = req.user as DefaultUser;
    res.json({ id: user.id, token: user.marketingCloud?.accessToken.slice(-8) });
  });
  return USUAL_PATHS;
}
