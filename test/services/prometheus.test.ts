import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { ALERTS_FILE, readAlertRules, type AlertRule } from '../support/alert-rules';
import { comeBack, openLogin } from '../support/attack';
import { poll } from '../support/fleet/poll';
import { appAt, emulate } from '../support/scene';
import { serveMetrics } from '../support/scraped-metrics';
import { describeWithPrometheus, startPrometheus } from '../support/services/prometheus';

const run = promisify(execFile);

const NAMESPACE = 'passport_marketing_cloud_';
/** Once a minute, from the start: nothing, then this many more each minute. */
const growing = (perMinute: number): string => `0+${perMinute}x90`;

/** What makes an alert fire: series by name and labels, and how they grow. */
interface Cause {
  readonly series: readonly (readonly [name: string, labels: Readonly<Record<string, string>>, values: string])[];
  /** The labels of the alert, besides its severity. @default the strategy alone */
  readonly labels?: Readonly<Record<string, string>>;
}

const LABEL = (name: string): string => `${NAMESPACE}${name}`;

const CAUSES: Readonly<Record<string, Cause>> = {
  MarketingCloudClientRefused: {
    series: [['token_call_duration_count', { error_type: 'invalid_client' }, growing(1)]],
  },
  MarketingCloudSignInErrors: {
    series: [['sign_in_refusals_total', { error_type: 'vault_unavailable', [LABEL('outcome')]: 'error' }, growing(1)]],
    labels: { error_type: 'vault_unavailable' },
  },
  MarketingCloudSignInsRefused: {
    series: [
      ['sign_in_refusals_total', { error_type: 'invalid_state', [LABEL('outcome')]: 'fail' }, growing(2)],
      ['sign_in_duration_count', { error_type: 'invalid_state' }, growing(2)],
      ['sign_in_duration_count', {}, growing(1)],
    ],
    labels: { error_type: 'invalid_state' },
  },
  MarketingCloudSignInsBlocked: {
    series: [['sign_in_blocks_total', { [LABEL('reason')]: 'cookie_options' }, growing(1)]],
    labels: { [LABEL('reason')]: 'cookie_options' },
  },
  MarketingCloudRefreshesFailing: {
    series: [
      ['refresh_failures_total', { error_type: 'upstream_unavailable', [LABEL('will_retry')]: 'true' }, growing(1)],
    ],
    labels: { error_type: 'upstream_unavailable' },
  },
  MarketingCloudUsersSignedOut: {
    series: [
      ['refresh_failures_total', { error_type: 'sign_in_required', [LABEL('will_retry')]: 'false' }, growing(1)],
    ],
  },
  // One that is there from one minute to the next.
  MarketingCloudRotationsLost: { series: [['rotations_lost_total', {}, '_x30 1x90']] },
  MarketingCloudTenantChanged: { series: [['tenant_changes_total', {}, '_x30 1x90']] },
  MarketingCloudVaultErrors: {
    series: [['vault_errors_total', { [LABEL('operation')]: 'read' }, growing(2)]],
    labels: { [LABEL('operation')]: 'read' },
  },
  MarketingCloudTokenCallsSlow: {
    series: [
      ['token_call_duration_bucket', { le: '5' }, growing(1)],
      ['token_call_duration_bucket', { le: '7.5' }, growing(10)],
      ['token_call_duration_bucket', { le: '+Inf' }, growing(10)],
    ],
  },
  MarketingCloudRateLimited: {
    series: [['call_refusals_total', { http_response_status_code: '429', [LABEL('api')]: '/asset/v1' }, growing(2)]],
    labels: { [LABEL('api')]: '/asset/v1' },
  },
};

const STRATEGY = { [LABEL('strategy')]: 'marketing-cloud' };

/** What growth is usual, and makes none of them fire. */
const CALM: Cause['series'] = [
  ['sign_in_refusals_total', { error_type: 'invalid_state', [LABEL('outcome')]: 'fail' }, growing(1)],
  ['sign_in_duration_count', { error_type: 'invalid_state' }, growing(1)],
  ['sign_in_duration_count', {}, growing(9)],
  ['sign_in_blocks_total', { [LABEL('reason')]: 'cookies_blocked' }, growing(5)],
  ['rotations_lost_total', {}, '3x90'],
  ['token_call_duration_count', { error_type: 'upstream_unavailable' }, growing(1)],
];

function toInput([name, labels, values]: Cause['series'][number]): object {
  const all = Object.entries({ ...STRATEGY, ...labels }).map(([label, value]) => `${label}="${value}"`);
  return { series: `${NAMESPACE}${name}{${all.join(',')}}`, values };
}

/** The alert as Prometheus has it while it fires. */
function toExpected({ severity, annotations }: AlertRule, labels: Cause['labels'] = {}): object {
  const all: Record<string, string> = { ...STRATEGY, ...labels };
  const fill = (text: string): string =>
    text.replace(/\{\{ \$labels\.(\w+) \}\}/g, (_whole, label: string) => all[label] ?? '');
  return {
    exp_labels: { severity, ...all },
    exp_annotations: { summary: fill(annotations.summary), description: fill(annotations.description) },
  };
}

describeWithPrometheus('Prometheus', ({ server, tool }) => {
  const rules = readAlertRules();
  let folder: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'mcg-alerts-'));
  });

  afterAll(async () => {
    await rm(folder, { recursive: true });
  });

  /** Has promtool judge the rules, by their alerts at the 60th minute. */
  async function judge(input: Cause['series'], alerts: readonly object[]): Promise<string> {
    const file = join(folder, `${rules.length}-${Math.random().toString(36).slice(2)}.json`);
    const tests = [{ interval: '1m', input_series: input.map(toInput), alert_rule_test: alerts }];
    await writeFile(file, JSON.stringify({ rule_files: [ALERTS_FILE], evaluation_interval: '1m', tests }));
    const { stdout } = await run(tool, ['test', 'rules', file]);
    return stdout;
  }

  test('takes the rules, which all have a cause here', async () => {
    const { stdout } = await run(tool, ['check', 'rules', ALERTS_FILE]);
    expect(stdout).toContain(`SUCCESS: ${rules.length} rules found`);
    expect(Object.keys(CAUSES).sort()).toEqual(rules.map(({ name }) => name).sort());
  });

  test.each(rules)('fires $name by its cause', async (rule) => {
    const { series = [], labels } = CAUSES[rule.name] ?? {};
    const alert = { eval_time: '1h', alertname: rule.name, exp_alerts: [toExpected(rule, labels)] };
    expect(await judge(series, [alert])).toContain('SUCCESS');
  });

  test('fires none in a usual hour', async () => {
    const alerts = rules.map(({ name }) => ({ eval_time: '1h', alertname: name, exp_alerts: [] }));
    expect(await judge(CALM, alerts)).toContain('SUCCESS');
  });

  test('scrapes the app, and fires when Marketing Cloud refuses the client secret', async () => {
    const metrics = await serveMetrics();
    // As they are, but that an alert does not wait.
    const hasty = readFileSync(ALERTS_FILE, 'utf8').replace(/^ +for: .*\n/gm, '');
    const prometheus = await startPrometheus(server, { target: metrics.target, rules: hasty });
    try {
      const emulator = await emulate();
      const app = await appAt(emulator);
      emulator.fault('token', { status: 401, body: { error: 'invalid_client' } });
      const signInAgain = async (): Promise<Awaited<ReturnType<typeof prometheus.alerts>>> => {
        const browser = app.browser();
        await browser.get(await comeBack(emulator, await openLogin(browser)));
        return await prometheus.alerts();
      };
      const alerts = await poll(signInAgain, (all) =>
        ['MarketingCloudClientRefused', 'MarketingCloudSignInErrors'].every((name) =>
          all.some(({ labels, state }) => labels['alertname'] === name && state === 'firing'),
        ),
      );
      const texts = alerts.map(({ annotations }) => annotations['summary']);
      expect(texts).toContain('Marketing Cloud does not accept the client id or secret of marketing-cloud.');
      expect(texts).toContain('Sign-ins end in the error invalid_client.');
    } finally {
      await prometheus.stop();
      await metrics.close();
    }
  }, 60_000);
});
