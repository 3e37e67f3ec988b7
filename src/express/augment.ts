import type { MarketingCloud } from '../api/marketing-cloud';
import type { SignInOptions } from '../passport/options';

declare global {
  // Express itself is extended by this namespace.
  namespace Express {
    interface Request {
      /** Marketing Cloud on behalf of this session's user; put there by `marketingCloud(strategy)`. */
      marketingCloud: MarketingCloud;
    }
  }
}

declare module 'passport' {
  // Members by name, since an interface that extends SignInOptions would need every member to agree with Passport's.
  interface AuthenticateOptions {
    accountId?: SignInOptions['accountId'];
    subdomain?: SignInOptions['subdomain'];
    returnTo?: SignInOptions['returnTo'];
    refusalUrl?: SignInOptions['refusalUrl'];
  }
}
