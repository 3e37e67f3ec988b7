import { describe, expect, test } from '@jest/globals';
import OAuth2Strategy from 'passport-oauth2';
import { Strategy, type Profile } from '../../src';
import { comeBack, openLogin, signIn, whoIs } from '../support/attack';
import { appAt, emulate } from '../support/scene';

type Loaded = (error: unknown, profile?: Profile) => void;
type Done = (error: unknown, user?: unknown) => void;

/** Whose profile it is, as the user. */
const byName = (_a: string, _r: string, profile: Profile | undefined, done: Done): void =>
  done(null, { id: profile?.id ?? 'none', displayName: profile?.displayName ?? 'none' });

test('is a strategy of passport-oauth2 by class', async () => {
  const app = await appAt(await emulate());
  expect(app.strategy).toBeInstanceOf(OAuth2Strategy);
});

describe('authorizationParams', () => {
  class Prompting extends Strategy {
    readonly prompt = 'login';

    override authorizationParams(options: { scope?: string[] }): object {
      const replaced = {
        client_id: 'other',
        state: 'other',
        redirect_uri: 'https://elsewhere.example',
        scope: 'other',
      };
      return {
        ...replaced,
        response_type: 'token',
        prompt: this.prompt,
        asked: options.scope?.join('+'),
        list: ['1', '2'],
      };
    }
  }

  test('adds parameters to the authorization request and replaces none of the package’s', async () => {
    const emulator = await emulate();
    const app = await appAt(emulator, { strategyClass: Prompting, strategy: { pkce: true } });
    const { searchParams } = await openLogin(app.browser());
    expect([...searchParams.keys()].sort()).toEqual(
      [
        'asked',
        'client_id',
        'code_challenge',
        'code_challenge_method',
        'list',
        'list',
        'prompt',
        'redirect_uri',
      ].concat(['response_type', 'scope', 'state']),
    );
    expect(Object.fromEntries(searchParams)).toMatchObject({
      prompt: 'login',
      asked: 'offline',
      scope: 'offline',
      response_type: 'code',
      client_id: emulator.strategyOptions().clientID,
      redirect_uri: `${app.origin}/cb`,
      state: expect.stringMatching(/^[\w-]{43}$/),
    });
  });

  test('may be set on the strategy itself, also where Passport is given the instance', async () => {
    const emulator = await emulate();
    const app = await appAt(emulator, {
      routes: (express, strategy, passport) => {
        strategy.authorizationParams = function () {
          return { owner: this.name };
        };
        express.get('/instance', passport.authenticate(strategy) as never);
      },
    });
    for (const path of ['/login', '/instance']) {
      expect((await openLogin(app.browser(), path)).searchParams.get('owner')).toBe('marketing-cloud');
    }
  });

  test('that throws ends the request with its error', async () => {
    class Broken extends Strategy {
      override authorizationParams(): object {
        throw new Error('no parameters');
      }
    }
    const app = await appAt(await emulate(), { strategyClass: Broken });
    expect((await app.browser().get('/login')).status).toBe(500);
    expect(app.errors).toMatchObject([{ message: 'no parameters' }]);
  });
});

test('tokenParams adds members to the token request and replaces none of the package’s', async () => {
  class Audience extends Strategy {
    override tokenParams(): object {
      return { audience: this.name, client_id: 'other', code: 'other', grant_type: 'other', redirect_uri: 'other' };
    }
  }
  const emulator = await emulate();
  const app = await appAt(emulator, { strategyClass: Audience });
  expect((await signIn(emulator, app.browser())).location).toBe('/home');
  expect(emulator.requests.last('token')?.body).toEqual({
    audience: 'marketing-cloud',
    grant_type: 'authorization_code',
    code: expect.stringMatching(/^.{512}$/),
    client_id: emulator.strategyOptions().clientID,
    client_secret: expect.any(String),
    redirect_uri: `${app.origin}/cb`,
    scope: 'offline',
  });
});

describe('userProfile', () => {
  test('of a subclass takes the place of the userinfo call', async () => {
    class Own extends Strategy {
      override userProfile(accessToken: string, done: Loaded): void {
        done(null, { id: `${this.name} ${accessToken.length}`, displayName: 'Own' } as Profile);
      }
    }
    const emulator = await emulate();
    const app = await appAt(emulator, { strategyClass: Own, verify: byName });
    const browser = app.browser();
    await signIn(emulator, browser);
    expect(await whoIs(browser)).toEqual({ id: 'marketing-cloud 512', displayName: 'Own' });
    expect(emulator.requestsTo('userinfo')).toHaveLength(0);
  });

  class Renaming extends Strategy {
    override userProfile(accessToken: string, done: Loaded): void {
      super.userProfile(accessToken, (error, profile) => {
        if (profile === undefined) done(error);
        else done(null, { ...profile, displayName: `${profile.displayName}!` });
      });
    }
  }

  test('of a subclass may ask userinfo by super, in several sign-ins at once by the same instance', async () => {
    const emulator = await emulate();
    const app = await appAt(emulator, {
      strategyClass: Renaming,
      verify: byName,
      routes: (express, strategy, passport) => {
        express.get('/cb', passport.authenticate(strategy, { successRedirect: '/home' }) as never);
      },
    });
    const users = emulator.world.tenants[0]?.users.slice(0, 2) ?? [];
    const seen = await Promise.all(
      users.map(async ({ username }) => {
        const browser = app.browser();
        await signIn(emulator, browser, username);
        return (await whoIs(browser))?.displayName;
      }),
    );
    expect(seen).toEqual(users.map(({ name }) => `${name}!`));
  });

  test('of a subclass that asks by super ends as the package’s own when userinfo fails', async () => {
    const emulator = await emulate();
    const app = await appAt(emulator, { strategyClass: Renaming, verify: byName });
    emulator.fault('userinfo', { status: 503 });
    expect((await signIn(emulator, app.browser())).status).toBe(503);
    expect(app.errors).toMatchObject([{ code: 'upstream_unavailable' }]);
  });

  test.each([
    ['says', (done: Loaded) => done(new Error('no profile'))],
    [
      'throws',
      () => {
        throw new Error('no profile');
      },
    ],
  ])('of a subclass that %s an error ends the request with it', async (_how, fail) => {
    class Broken extends Strategy {
      override userProfile(_accessToken: string, done: Loaded): void {
        fail(done);
      }
    }
    const emulator = await emulate();
    const app = await appAt(emulator, { strategyClass: Broken });
    const browser = app.browser();
    expect((await signIn(emulator, browser)).status).toBe(500);
    expect(app.errors).toMatchObject([{ message: 'no profile' }]);
    expect(await whoIs(browser)).toBeNull();
  });

  test('of a subclass whose callback of super throws ends the request with that error', async () => {
    class Broken extends Strategy {
      override userProfile(accessToken: string): void {
        super.userProfile(accessToken, () => {
          throw new Error('no profile');
        });
      }
    }
    const emulator = await emulate();
    const app = await appAt(emulator, { strategyClass: Broken });
    expect((await signIn(emulator, app.browser())).status).toBe(500);
    expect(app.errors).toMatchObject([{ message: 'no profile' }]);
  });

  test('of a subclass may refuse the sign-in by fail(), which goes to the refusalUrl', async () => {
    class Refusing extends Strategy {
      override userProfile(): void {
        (this as unknown as { fail: (info: object) => void }).fail({ message: 'no' });
      }
    }
    const emulator = await emulate();
    const app = await appAt(emulator, { strategyClass: Refusing, login: { refusalUrl: '/no' } });
    expect((await signIn(emulator, app.browser())).location).toBe('/no?code=sign_in_refused');
  });

  test('works during a sign-in only', async () => {
    const { strategy } = await appAt(await emulate());
    expect(() => strategy.userProfile('a token', () => undefined)).toThrow('during a sign-in only');
  });
});

describe('skipUserProfile', () => {
  test.each([
    ['says yes', () => true, 'none', 0],
    ['says no', () => false, 'Maya', 1],
    [
      'says yes later',
      (_token: string, done: (error: unknown, skip: boolean) => void) => setImmediate(done, null, true),
      'none',
      0,
    ],
    [
      'says no later',
      (_token: string, done: (error: unknown, skip: boolean) => void) => setImmediate(done, null, false),
      'Maya',
      1,
    ],
  ])('as a function that %s decides whether userinfo is asked', async (_what, skipUserProfile, name, calls) => {
    const emulator = await emulate();
    const app = await appAt(emulator, { strategy: { skipUserProfile: skipUserProfile }, verify: byName });
    const browser = app.browser();
    await signIn(emulator, browser);
    expect((await whoIs(browser))?.displayName).toContain(name);
    expect(emulator.requestsTo('userinfo')).toHaveLength(calls);
  });

  test('as a function that gives an error ends the request with it', async () => {
    const emulator = await emulate();
    const skipUserProfile = (_token: string, done: (error: unknown, skip: boolean) => void): void =>
      done(new Error('cannot say'), false);
    const app = await appAt(emulator, { strategy: { skipUserProfile }, verify: byName });
    expect((await signIn(emulator, app.browser())).status).toBe(500);
    expect(app.errors).toMatchObject([{ message: 'cannot say' }]);
  });

  test('gives way to a _loadUserProfile of a subclass', async () => {
    class Loading extends Strategy {
      _loadUserProfile(accessToken: string, done: Loaded): void {
        done(null, { id: this.name, displayName: `${accessToken.length}` } as Profile);
      }
    }
    const emulator = await emulate();
    const app = await appAt(emulator, { strategyClass: Loading, verify: byName });
    const browser = app.browser();
    await signIn(emulator, browser);
    expect(await whoIs(browser)).toEqual({ id: 'marketing-cloud', displayName: '512' });
  });
});

describe('verify', () => {
  const plain = (_a: string, _r: string, _profile: object, done: Done): void => done(null, { id: '4' });
  const long = (_a: string, _r: string, _params: object, _profile: object, done: Done): void => done(null, { id: '5' });
  const plainWithRequest = (req: { path: string }, _a: string, _r: string, _profile: object, done: Done): void =>
    done(null, { id: `5 ${req.path}` });
  const longWithRequest = (
    ...[req, , , params, , done]: [{ path: string }, string, string, { token_type: string }, object, Done]
  ): void => done(null, { id: `6 ${req.path} ${params.token_type}` });
  const six = Object.defineProperty(longWithRequest, 'length', { value: 6 });

  test.each([
    ['four parameters', false, plain, '4'],
    ['five parameters', false, long, '5'],
    ['five parameters, the request first', true, plainWithRequest, '5 /cb'],
    ['six parameters, the request first', true, six, '6 /cb Bearer'],
  ])('with %s gets what it names', async (_what, passReqToCallback, verify, id) => {
    const emulator = await emulate();
    const app = await appAt(emulator, { strategy: { passReqToCallback } as object, verify: verify });
    const browser = app.browser();
    await browser.get(await comeBack(emulator, await openLogin(browser)));
    expect((await whoIs(browser))?.id).toBe(id);
  });
});
