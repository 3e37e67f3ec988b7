import { inspect } from 'node:util';
import { describe, expect, test } from '@jest/globals';
import type { MarketingCloudError } from '../../src';
import { knownFaults, type Fault } from '../../src/emulator';
import { comeBack, openLogin, signIn } from '../support/attack';
import { grantScene, LIFETIME_MS } from '../support/grant-scene';
import { appAt, emulate } from '../support/scene';
import { altered, without } from '../support/token-answers';

/** The error that a sign-in ends with. */
async function errorOfSignIn(fault: Fault, endpoint: 'token' | 'userinfo' = 'token'): Promise<MarketingCloudError> {
  const emulator = await emulate();
  const app = await appAt(emulator);
  emulator.fault(endpoint, fault);
  await signIn(emulator, app.browser());
  return app.errors[0] as MarketingCloudError;
}

describe('case L3: an explanation that Marketing Cloud gives', () => {
  test.each<[string, Fault, string, RegExp]>([
    ['a legacy package', knownFaults.legacyPackage, 'legacy_package', /enhanced/],
    ['an address that is not allowed', knownFaults.addressNotAllowed, 'ip_not_allowed', /allowlist/],
    [
      'an enhanced package at the legacy endpoint',
      {
        status: 401,
        body: {
          message:
            'This integration is not eligible to use the legacy /v1/requestToken endpoint because the integration uses enhanced OAuth 2.0 functionality.',
          errorcode: 10_007,
          documentation: '',
        },
      },
      'enhanced_package',
      /\/v2\/token/,
    ],
    [
      'an unknown client id',
      {
        status: 401,
        body: {
          error: 'invalid_client',
          error_description: 'Invalid client ID. Use the client ID in Marketing Cloud Installed Packages.',
        },
      },
      'unknown_client_id',
      /subdomain/,
    ],
    [
      'a client of another type',
      {
        status: 401,
        body: {
          error: 'unauthorized_client',
          error_description: 'The client is not authorized to request an authorization code using this method.',
        },
      },
      'wrong_integration_type',
      /server-to-server/,
    ],
  ])('at the token endpoint has a reason and a hint of its own: %s', async (_what, fault, reason, hint) => {
    const error = await errorOfSignIn(fault);
    expect(error).toMatchObject({ reason, hint: expect.stringMatching(hint) });
    const body = fault.body as { error_description?: string; message?: string };
    expect(error.response?.description).toBe(body.error_description ?? body.message);
    expect(Object.keys(error.response ?? {})).not.toContain('description');
    expect(JSON.stringify(error) + inspect(error, { showHidden: true, depth: 5 })).not.toContain('integration is not');
  });

  test('at the callback has them too', async () => {
    const emulator = await emulate();
    const app = await appAt(emulator);
    const browser = app.browser();
    const state = (await openLogin(browser)).searchParams.get('state') ?? '';
    const description = 'The client is not authorized to request an authorization code using this method.';
    await browser.get(
      `/cb?error=unauthorized_client&error_description=${encodeURIComponent(description)}&state=${state}`,
    );
    expect(app.errors).toMatchObject([{ code: 'authorization_failed', reason: 'wrong_integration_type' }]);
    expect((app.errors[0] as MarketingCloudError).response).toEqual({ status: 302, error: 'unauthorized_client' });
    expect((app.errors[0] as MarketingCloudError).response?.description).toBe(description);
  });

  test('is told again while a grant cools down, without its text', async () => {
    const { emulator, app, grantId, pass } = await grantScene();
    pass(LIFETIME_MS + 1_000);
    emulator.fault('token', knownFaults.addressNotAllowed);
    for (let times = 0; times < 2; times += 1) {
      await expect(app.strategy.credentials(grantId)).rejects.toMatchObject({
        code: 'invalid_client',
        reason: 'ip_not_allowed',
        hint: expect.stringMatching(/allowlist/),
      });
    }
    expect(emulator.requestsTo('token').length).toBe(1);
  });

  test('that is unknown has no reason, and one that holds what we sent is not kept', async () => {
    const unknown = await errorOfSignIn({ status: 400, body: { error: 'invalid_request', error_description: 'Odd.' } });
    expect([unknown.reason, unknown.response?.description]).toEqual([undefined, 'Odd.']);
    const emulator = await emulate();
    const app = await appAt(emulator);
    emulator.fault('token', {
      status: 400,
      body: {},
      transform: () => ({ error: 'invalid_request', error_description: emulator.requestsTo('token').at(-1)?.rawBody }),
    });
    await app.browser().get(await comeBack(emulator, await openLogin(app.browser())));
    for (const error of app.errors) expect((error as MarketingCloudError).response?.description).toBeUndefined();
  });
});

describe('case L4: an answer that lacks a member', () => {
  test.each(['soap_instance_url', 'rest_instance_url', 'expires_in', 'token_type', 'access_token'])(
    'says that it has no %s',
    async (name) => {
      const error = await errorOfSignIn(altered((tokens) => without(tokens, name)));
      expect(error.status).toBe(502);
      expect(error.message).toContain(name);
      expect(error.message).not.toMatch(/another tenant/);
    },
  );

  test('says which part of userinfo is not there', async () => {
    const error = await errorOfSignIn({ transform: (body) => ({ ...(body as object), organization: {} }) }, 'userinfo');
    expect(error).toMatchObject({
      code: 'invalid_response',
      message: expect.stringContaining('organization.member_id'),
    });
  });
});

test('an error shows no members without a value, and keeps them its own', async () => {
  const { app } = await grantScene();
  const error: unknown = await app.strategy.credentials('unknown').catch((thrown: unknown) => thrown);
  expect(Object.keys(error as object)).toEqual(['code', 'status', 'statusCode', 'hint', 'docs', 'headers']);
  expect(inspect(error)).not.toContain('undefined');
  expect(Object.hasOwn(error as object, 'retryAfter')).toBe(true);
});
