import { channel } from 'node:diagnostics_channel';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { MarketingCloudEvents } from '../../src';
import { readAlertRules } from '../support/alert-rules';
import { serveMetrics, type ScrapedMetrics } from '../support/scraped-metrics';
import { EVENT_NAMES } from '../support/watch-events';

const DOCS = join(__dirname, '../../docs');
const GUIDE = readFileSync(join(DOCS, 'logging-and-alerts.md'), 'utf8');

const GRANT = { strategy: 'marketing-cloud', grant: 'a-hash', subdomain: 'a-tenant' };
const REFUSED = { code: 'invalid_client', responseStatus: 401, durationMs: 5 } as const;
const CALL = { ...GRANT, method: 'GET', api: '/asset/v1', status: 429 };

/** One of each, with every member that a metric has as an attribute. */
const EVENTS: MarketingCloudEvents = {
  'passport-marketing-cloud:sign-in-started': GRANT,
  'passport-marketing-cloud:sign-in-finished': { ...GRANT, durationMs: 5 },
  'passport-marketing-cloud:sign-in-refused': {
    ...GRANT,
    ...REFUSED,
    reason: 'ip_not_allowed',
    docs: 'https://docs.example.com/ip_not_allowed',
    status: 502,
    outcome: 'error',
  },
  'passport-marketing-cloud:sign-in-blocked': { ...GRANT, reason: 'cookie_options' },
  'passport-marketing-cloud:token-call': { ...GRANT, ...REFUSED, purpose: 'refresh' },
  'passport-marketing-cloud:refresh-finished': { ...GRANT, durationMs: 5, rotated: true },
  'passport-marketing-cloud:refresh-shared': { ...GRANT, with: 'process' },
  'passport-marketing-cloud:refresh-failed': { ...GRANT, ...REFUSED, failures: 1, willRetry: true },
  'passport-marketing-cloud:rotation-lost': GRANT,
  'passport-marketing-cloud:tenant-changed': GRANT,
  'passport-marketing-cloud:grant-forgotten': { ...GRANT, why: 'sign-out' },
  'passport-marketing-cloud:call-retried': { ...CALL, attempt: 2, waitMs: 0 },
  'passport-marketing-cloud:call-refused': { ...CALL, errorcode: 50_100 },
  'passport-marketing-cloud:vault-unavailable': { strategy: 'marketing-cloud', operation: 'read' },
};

let metrics: ScrapedMetrics;
/** What Prometheus gets: the names of series, and the labels of each. */
const labelsBySeries = new Map<string, Set<string>>();

beforeAll(async () => {
  metrics = await serveMetrics();
  for (const [name, event] of Object.entries(EVENTS)) channel(name).publish(event);
  for (const [, name = '', labels = ''] of (await metrics.text()).matchAll(/^(\w+)\{(.*)\} /gm)) {
    const known = labelsBySeries.get(name) ?? new Set();
    for (const [, label = ''] of labels.matchAll(/(\w+)="/g)) known.add(label);
    labelsBySeries.set(name, known);
  }
});

afterAll(async () => {
  await metrics.close();
});

interface Panel {
  readonly title: string;
  readonly targets?: readonly { readonly expr: string; readonly legendFormat: string }[];
}

const dashboard = JSON.parse(readFileSync(join(DOCS, 'grafana/dashboard.json'), 'utf8')) as {
  readonly panels: readonly Panel[];
  readonly templating: { readonly list: readonly { readonly query: string | { readonly query: string } }[] };
};
const targets = dashboard.panels.flatMap((panel) => panel.targets ?? []);
const variables = dashboard.templating.list.map(({ query }) => (typeof query === 'string' ? query : query.query));
const rules = readAlertRules();

/** What stands in an expression and is neither a series that the package has nor a label of one. */
function findUnknown(expression: string): string[] {
  const labels = new Set([...labelsBySeries.values()].flatMap((all) => [...all]));
  const names = expression.match(/\bpassport_marketing_cloud_\w+/g) ?? [];
  const unknown = names.filter((name) => !labelsBySeries.has(name) && !labels.has(name));
  for (const [, name = '', selector = ''] of expression.matchAll(/(\w+)\{([^}]*)\}/g)) {
    for (const [, label = ''] of selector.matchAll(/(\w+)\s*=/g)) {
      if (labelsBySeries.get(name)?.has(label) !== true) unknown.push(`${name}{${label}}`);
    }
  }
  for (const [, list = ''] of expression.matchAll(/\b(?:by|on) \(([^)]*)\)/g)) {
    unknown.push(...list.split(/\s*,\s*/).filter((label) => !labels.has(label)));
  }
  return names.length === 0 ? [`no metric in ${expression}`] : unknown;
}

describe('the dashboard', () => {
  test('names metrics and labels that the package has, and no others', () => {
    const expressions = [...targets.map(({ expr }) => expr), ...variables.filter((query) => query !== 'prometheus')];
    expect(expressions.length).toBeGreaterThan(20);
    expect(expressions.flatMap(findUnknown)).toEqual([]);
  });

  test('names in its legends labels that its expressions keep', () => {
    const lost = targets.flatMap(({ expr, legendFormat }) =>
      [...legendFormat.matchAll(/\{\{(\w+)\}\}/g)].filter(([, label = '']) => !expr.includes(label)),
    );
    expect(lost).toEqual([]);
  });

  test('shows every metric of the package', () => {
    const metricNames = new Set([...labelsBySeries.keys()].map((name) => name.replace(/_(?:bucket|count|sum)$/, '')));
    metricNames.delete('target_info');
    expect(metricNames.size).toBe(14);
    const shown = targets.map(({ expr }) => expr).join('\n');
    expect([...metricNames].filter((name) => !shown.includes(name))).toEqual([]);
  });
});

describe('the alerts', () => {
  test('name metrics and labels that the package has, and no others', () => {
    expect(rules.length).toBeGreaterThan(8);
    expect(rules.flatMap(({ expression }) => findUnknown(expression))).toEqual([]);
  });

  test('each have a section of the guide that says what to do', () => {
    const sections = [...GUIDE.matchAll(/^### (MarketingCloud\w+)$/gm)].map(([, name]) => name);
    expect(sections).toEqual(rules.map(({ name }) => name));
  });
});

test('the guide has every event and every metric', () => {
  const names = [...labelsBySeries.keys()]
    .map((name) => name.replace(/_(?:bucket|count|sum|total)$/, ''))
    .filter((name) => name !== 'target_info');
  const told = GUIDE.replaceAll('.', '_');
  expect(EVENT_NAMES.filter((name) => !GUIDE.includes(`\`${name}\``))).toEqual([]);
  expect(names.filter((name) => !told.includes(name.replace('passport_marketing_cloud_', '')))).toEqual([]);
});
