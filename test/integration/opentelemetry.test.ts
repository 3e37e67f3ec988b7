import { channel } from 'node:diagnostics_channel';
import { diag, DiagLogLevel, SpanKind, SpanStatusCode } from '@opentelemetry/api';
import { describe, expect, test } from '@jest/globals';
import { instrumentMarketingCloud } from '../../src/opentelemetry';
import { knownFaults } from '../../src/emulator';
import { comeBack, openLogin, signIn } from '../support/attack';
import { grantScene, LIFETIME_MS } from '../support/grant-scene';
import { grantedAt } from '../support/granted';
import { appAt, emulate } from '../support/scene';
import { collectTelemetry } from '../support/telemetry';
import { UnreliableVault } from '../support/unreliable-vault';
import { EVENT_NAMES } from '../support/watch-events';

const STRATEGY = { 'passport_marketing_cloud.strategy': 'marketing-cloud' };
const ONCE_MORE = { headers: { 'Retry-After': '0' }, times: 1 };

describe('metrics', () => {
  test('count sign-ins that start, and measure those that finish, in seconds', async () => {
    const { series, metrics } = collectTelemetry();
    const emulator = await emulate();
    await signIn(emulator, (await appAt(emulator)).browser());
    expect(await series('sign_in.starts')).toEqual([{ attributes: STRATEGY, count: 1, sum: undefined }]);
    const [duration] = await series('sign_in.duration');
    expect(duration).toMatchObject({ attributes: STRATEGY, count: 1 });
    expect(duration?.sum).toBeGreaterThan(0);
    expect(duration?.sum).toBeLessThan(20);
    expect((await metrics()).get('sign_in.duration')?.descriptor.unit).toBe('s');
    const call = { attributes: { ...STRATEGY, 'passport_marketing_cloud.purpose': 'sign-in' }, count: 1 };
    expect(await series('token_call.duration')).toMatchObject([call]);
  });

  test('count refused sign-ins by code, reason and outcome', async () => {
    const { series } = collectTelemetry();
    const emulator = await emulate();
    const browser = (await appAt(emulator)).browser();
    await browser.get('/cb?code=of-no-sign-in&state=of-no-sign-in');
    emulator.fault('token', knownFaults.addressNotAllowed);
    await browser.get(await comeBack(emulator, await openLogin(browser)));
    const refusal = (code: string, reason: string, outcome: string): object => ({
      count: 1,
      attributes: {
        ...STRATEGY,
        'error.type': code,
        'passport_marketing_cloud.reason': reason,
        'passport_marketing_cloud.outcome': outcome,
      },
    });
    expect(await series('sign_in.refusals')).toMatchObject([
      refusal('invalid_state', 'cookie_missing', 'fail'),
      refusal('invalid_client', 'ip_not_allowed', 'error'),
    ]);
    const types = (await series('sign_in.duration')).map(({ attributes }) => attributes['error.type']);
    expect(types).toEqual(['invalid_state', 'invalid_client']);
  });

  test('measure refreshes, and count those that fail and those that others share', async () => {
    const scene = await grantScene();
    const { series } = collectTelemetry();
    scene.pass(LIFETIME_MS + 1_000);
    const fault = scene.emulator.fault('token', { status: 401, body: { error: 'invalid_client' } });
    await scene.browser.get('/api');
    fault.remove();
    scene.pass(2_000);
    await Promise.all([scene.browser.get('/api'), scene.browser.get('/api')]);
    const failed = { ...STRATEGY, 'error.type': 'invalid_client' };
    expect(await series('refresh.failures')).toMatchObject([
      { attributes: { ...failed, 'passport_marketing_cloud.will_retry': true }, count: 1 },
    ]);
    expect(await series('refresh.duration')).toMatchObject([
      { attributes: failed, count: 1 },
      { attributes: STRATEGY, count: 1 },
    ]);
    expect(await series('refresh.shared')).toMatchObject([
      { attributes: { ...STRATEGY, 'passport_marketing_cloud.shared_with': 'request' }, count: 1 },
    ]);
  });

  test('count calls that are repeated or refused by method, API and status', async () => {
    const emulator = await emulate();
    const { grant } = await grantedAt(emulator);
    const { series } = collectTelemetry();
    emulator.fault('assets', { status: 404, body: {} });
    emulator.fault('assets', { ...knownFaults.unavailable, ...ONCE_MORE });
    await expect(grant.rest.get('/asset/v1/content/assets/17')).rejects.toMatchObject({ code: 'api_error' });
    const call = (status: number): object => ({
      ...STRATEGY,
      'http.request.method': 'GET',
      'passport_marketing_cloud.api': '/asset/v1',
      'http.response.status_code': status,
    });
    expect(await series('call.retries')).toMatchObject([{ attributes: call(503), count: 1 }]);
    expect(await series('call.refusals')).toMatchObject([{ attributes: call(404), count: 1 }]);
  });

  test('count errors of the vault by its verb, and grants by why they are forgotten', async () => {
    const vault = new UnreliableVault();
    const scene = await grantScene({ strategy: { vault } });
    const { series } = collectTelemetry();
    vault.fail('read', 1);
    await expect(scene.app.strategy.grant(scene.grantId).rest.get('/x')).rejects.toBeDefined();
    await scene.app.strategy.forget(scene.grantId);
    expect(await series('vault.errors')).toMatchObject([
      { attributes: { ...STRATEGY, 'passport_marketing_cloud.operation': 'read' }, count: 1 },
    ]);
    expect(await series('grants_forgotten')).toMatchObject([
      { attributes: { ...STRATEGY, 'passport_marketing_cloud.why': 'forget' }, count: 1 },
    ]);
  });

  test('never have the hash of a grant, and the tenant only where the app asks for it', async () => {
    const [plain, withTenants] = [collectTelemetry(), collectTelemetry({ tenants: true })];
    const emulator = await emulate();
    await grantedAt(emulator);
    const { subdomain } = emulator.strategyOptions();
    const textOf = async ({ metrics }: typeof plain): Promise<string> =>
      JSON.stringify([...(await metrics()).values()].map(({ dataPoints }) => dataPoints.map((one) => one.attributes)));
    expect(await textOf(plain)).not.toMatch(/grant|tenant/);
    expect(await textOf(withTenants)).toContain(`"passport_marketing_cloud.tenant":"${subdomain}"`);
    expect(await textOf(withTenants)).not.toContain('grant');
  });
});

describe('spans', () => {
  test('are of a sign-in and its token call, with their own start and end', async () => {
    const { spans } = collectTelemetry();
    const emulator = await emulate();
    emulator.fault('token', { delayMs: 60 });
    const before = Date.now();
    await signIn(emulator, (await appAt(emulator)).browser());
    const [call, whole] = spans();
    expect([call?.name, call?.kind]).toEqual(['passport_marketing_cloud.token_call', SpanKind.CLIENT]);
    expect([whole?.name, whole?.kind]).toEqual(['passport_marketing_cloud.sign_in', SpanKind.INTERNAL]);
    const toMs = ([seconds, nanoseconds]: readonly [number, number]): number => seconds * 1e3 + nanoseconds / 1e6;
    expect(toMs(call?.duration ?? [0, 0])).toBeGreaterThanOrEqual(59);
    expect(toMs(whole?.duration ?? [0, 0])).toBeGreaterThanOrEqual(toMs(call?.duration ?? [0, 0]) - 1);
    expect(toMs(whole?.startTime ?? [0, 0])).toBeGreaterThanOrEqual(before - 1);
    expect(toMs(whole?.endTime ?? [0, 0])).toBeLessThanOrEqual(Date.now());
    expect(whole?.attributes).toMatchObject({
      'passport_marketing_cloud.tenant': emulator.strategyOptions().subdomain,
      'passport_marketing_cloud.grant': expect.stringMatching(/^[\w-]{43}$/),
    });
  });

  test('of a refresh that fails have its code as their status', async () => {
    const scene = await grantScene();
    const { spans } = collectTelemetry();
    scene.pass(LIFETIME_MS + 1_000);
    scene.emulator.fault('token', { status: 401, body: { error: 'invalid_client' } });
    await scene.browser.get('/api');
    expect(spans().map(({ name, status }) => [name, status])).toEqual([
      ['passport_marketing_cloud.token_call', { code: SpanStatusCode.ERROR, message: 'invalid_client' }],
      ['passport_marketing_cloud.refresh', { code: SpanStatusCode.ERROR, message: 'invalid_client' }],
    ]);
    expect(spans()[1]?.attributes).toMatchObject({ 'error.type': 'invalid_client' });
  });

  test('of a user who may not sign in are no error', async () => {
    const { spans } = collectTelemetry();
    const browser = (await appAt(await emulate())).browser();
    await browser.get('/cb?code=of-no-sign-in&state=of-no-sign-in');
    expect(spans()).toMatchObject([
      { status: { code: SpanStatusCode.UNSET }, attributes: { 'error.type': 'invalid_state' } },
    ]);
  });
});

describe('the instrumentation', () => {
  test('ends with the function that it returns', async () => {
    const { series, spans, stop } = collectTelemetry();
    stop();
    expect(EVENT_NAMES.filter((name) => channel(`passport-marketing-cloud:${name}`).hasSubscribers)).toEqual([]);
    const emulator = await emulate();
    await signIn(emulator, (await appAt(emulator)).browser());
    expect([await series('sign_in.starts'), spans()]).toEqual([[], []]);
  });

  test('uses the global providers, which do nothing before an SDK is started', async () => {
    const stop = instrumentMarketingCloud();
    const emulator = await emulate();
    expect((await signIn(emulator, (await appAt(emulator)).browser())).location).toBe('/home');
    stop();
  });

  test('logs what a provider throws, and the sign-in goes on', async () => {
    const logged: unknown[] = [];
    const log = (...args: unknown[]): void => void logged.push(args);
    diag.setLogger(
      { error: log, warn: log, info: log, debug: log, verbose: log },
      { logLevel: DiagLogLevel.ERROR, suppressOverrideMessage: true },
    );
    const failing = {
      getTracer: () => ({
        startSpan: () => {
          throw new Error('of a tracer');
        },
      }),
    };
    const stop = instrumentMarketingCloud({ tracerProvider: failing as never });
    const emulator = await emulate();
    expect((await signIn(emulator, (await appAt(emulator)).browser())).location).toBe('/home');
    stop();
    diag.disable();
    expect(logged).toContainEqual([
      'No signal for passport-marketing-cloud:sign-in-finished.',
      new Error('of a tracer'),
    ]);
  });

  test.each([
    [{ meterProvider: {} }, /meterProvider .* must have a getMeter\(\)/],
    [{ tracerProvider: 'global' }, /tracerProvider .* must have a getTracer\(\)/],
    [{ tenants: 'all' }, /tenants .* must be true or false/],
    [{ meterprovider: {} }, /meterprovider.*meterProvider/],
  ])('refuses the options %j, naming the fix', (options, message) => {
    expect(() => instrumentMarketingCloud(options as never)).toThrow(message);
  });
});
