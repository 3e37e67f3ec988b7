import { expect, test } from '@jest/globals';
import type { EmulatorOptions, ListDialect } from '../../src/emulator';
import { grantedAt } from '../support/granted';
import { emulate } from '../support/scene';

type Fields = Readonly<Record<string, unknown>>;

/** The lists with more than one page, with their dialect and number of records. */
const LISTS = [
  ['/asset/v1/content/assets', 'items', 57],
  ['/automation/v1/automations', 'itemsWithoutLinks', 32],
  ['/hub/v1/campaigns', 'linkedItems', 64],
  ['/messaging/v1/email/definitions', 'definitions', 104],
  ['/messaging/v1/email/messages', 'lastEventId', 130],
  ['/contacts/v1/contacts/analytics/deleterequests', 'operations', 44],
  ['/data/v1/audit/auditEvents', 'itemsWithoutLinks', 61],
  ['/legacy/v1/beta2/data/campaign', 'legacy', 64],
  ['/platform/v1/ens-callbacks', 'array', 2],
] as const;

/** The dialects that any list can have by the option listDialects. */
const DIALECTS: readonly ListDialect[] = [
  'arrayOfPage',
  ...(['items', 'linkedItems', 'textNumbers', 'entities', 'capitals', 'operations', 'nextPageToken'] as const),
];

const SCOPE = [
  ...['offline', 'documents_and_images_read', 'automations_read', 'campaign_read', 'email_read', 'audiences_read'],
  ...['tracking_events_read', 'event_notification_callback_read'],
];

/** Reads all pages of a list and returns their records. */
async function walk(path: string, options: EmulatorOptions, query: Readonly<Record<string, number>> = {}) {
  const emulator = await emulate(options);
  const { grant } = await grantedAt(emulator, { strategy: { scope: SCOPE } });
  const records: string[] = [];
  for await (const page of grant.rest.pages(path, { query })) {
    const whole = Array.isArray(page) && JSON.stringify(page).includes('"items":') ? (page[0] as Fields) : page;
    const list = Array.isArray(whole) ? whole : Object.values(whole as Fields).find((each) => Array.isArray(each));
    records.push(...(list as Fields[]).map((record) => JSON.stringify(record)));
  }
  return records;
}

const RULES: readonly EmulatorOptions[] = [
  {},
  { lastPageSize: 'received' },
  { legacyTotalResults: 'larger' },
  { legacySkip: 'rows' },
];

test.each(RULES.flatMap((rules) => LISTS.map((list) => [rules, ...list] as const)))(
  'case P1, case P2, case P3: with %j all pages of %s (%s) have each of its %i records once',
  async (rules, path, _dialect, count) => {
    const records = await walk(path, rules);
    expect(records).toHaveLength(count);
    expect(new Set(records).size).toBe(count);
  },
);

test.each(DIALECTS)('case P3: all pages of a list with the dialect %s can be read', async (dialect) => {
  const path = '/asset/v1/content/assets';
  const records = await walk(path, { listDialects: { [path]: dialect } }, { $pageSize: 20 });
  expect([records.length, new Set(records).size]).toEqual([57, 57]);
});
