import OAuth2Strategy from 'passport-oauth2';
import type { Emulator } from 'passport-marketing-cloud/emulator';
import { CALLBACK } from './emulate';
import { fieldsOf, textOf } from './fields';

/** Who signed in, as a plain app would keep it. */
export interface PlainUser {
  readonly id: string;
  readonly name: string;
  readonly accessToken: string;
  readonly refreshToken: string;
}

/** passport-oauth2 as its documentation says to use it: a subclass that reads the user's profile. */
export class PlainStrategy extends OAuth2Strategy {
  /** Passport works on copies of a strategy, which have no private members. */
  readonly userinfoUrl: string;

  constructor(emulator: Emulator, more: { readonly pkce?: boolean } = {}) {
    const authBaseUrl = emulator.baseUrl('auth');
    const { clientID, clientSecret = '' } = emulator.strategyOptions();
    super(
      {
        authorizationURL: `${authBaseUrl}/v2/authorize`,
        tokenURL: `${authBaseUrl}/v2/token`,
        clientID,
        clientSecret,
        callbackURL: CALLBACK,
        scope: ['offline', 'email_read'],
        state: true,
        ...more,
      },
      (accessToken: string, refreshToken: string, profile: unknown, done: OAuth2Strategy.VerifyCallback) => {
        const user: PlainUser = {
          id: textOf(profile, 'sub'),
          name: textOf(profile, 'name'),
          accessToken,
          refreshToken,
        };
        done(null, user);
      },
    );
    this.userinfoUrl = `${authBaseUrl}/v2/userinfo`;
    this._oauth2.useAuthorizationHeaderforGET(true);
  }

  override userProfile(accessToken: string, done: (error?: unknown, profile?: unknown) => void): void {
    this._oauth2.get(this.userinfoUrl, accessToken, (failure, body) => {
      if (typeof body === 'string') done(null, fieldsOf(JSON.parse(body))['user']);
      else done(failure);
    });
  }

  /** New tokens for a refresh token, the way passport-oauth2-refresh gets them. */
  async refresh(refreshToken: string): Promise<Pick<PlainUser, 'accessToken' | 'refreshToken'>> {
    return new Promise((resolve, reject) => {
      this._oauth2.getOAuthAccessToken(
        refreshToken,
        { grant_type: 'refresh_token' },
        (failure, accessToken, newRefreshToken) => {
          if (accessToken !== undefined && newRefreshToken !== undefined) {
            resolve({ accessToken, refreshToken: newRefreshToken });
          } else reject(new Error(`refused with ${String(fieldsOf(failure)['statusCode'])}`));
        },
      );
    });
  }

  /** The refresh token for an authorization code. */
  async exchange(code: string): Promise<string> {
    return new Promise((resolve, reject) => {
      const params = { grant_type: 'authorization_code', redirect_uri: CALLBACK };
      this._oauth2.getOAuthAccessToken(code, params, (failure, _accessToken, refreshToken) => {
        if (refreshToken === undefined) reject(new Error(`refused with ${String(fieldsOf(failure)['statusCode'])}`));
        else resolve(refreshToken);
      });
    });
  }
}
