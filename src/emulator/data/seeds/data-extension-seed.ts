import type { Cell, Column } from '../columns';
import type { SeededRandom } from '../seeded-random';

/** A data extension as it is at the start: its columns, its number of rows, and how a row is created. */
export interface DataExtensionSeed {
  /** The external key, which is also the name. */
  readonly key: string;
  readonly columns: readonly Column[];
  /** The minimum and the maximum number of rows; each business unit has its own number. */
  readonly rowCount: readonly [min: number, max: number];
  createRow(number: number, seeded: SeededRandom, businessUnitId: number): Readonly<Record<string, Cell>>;
}

const GIVEN_NAMES = ['Alder', 'Birch', 'Cedar', 'Hazel', 'Juniper', 'Laurel', 'Maple', 'Rowan', 'Willow'] as const;
const CITIES = ['Northport', 'Eastfield', 'Southbridge', 'Westhaven', 'Lakeside'] as const;
const LANGUAGES = ['en-US', 'de-DE', 'fr-FR', 'ja-JP'] as const;
const PRODUCTS = ['Tent', 'Lantern', 'Kettle', 'Blanket', 'Compass', 'Rucksack'] as const;

/**
 * The data extensions of every business unit. The keys of rows begin with the business unit's id, so that a test or a
 * developer recognizes a row of another business unit.
 */
export const DATA_EXTENSION_SEEDS: readonly DataExtensionSeed[] = [
  {
    key: 'Subscribers',
    columns: [
      keyColumn('subscriberkey'),
      column('emailaddress', 'EmailAddress'),
      column('firstname', 'Text'),
      column('city', 'Text'),
      column('joined', 'Date'),
    ],
    rowCount: [120, 400],
    createRow: (number, seeded, mid) => {
      const firstname = seeded.pick(GIVEN_NAMES);
      return {
        subscriberkey: toSubscriberKey(mid, number),
        emailaddress: `${firstname.toLowerCase()}.${number}@example.com`,
        firstname,
        city: seeded.pick(CITIES),
        joined: createDate(seeded),
      };
    },
  },
  {
    key: 'Orders',
    columns: [
      keyColumn('orderid'),
      column('subscriberkey', 'Text'),
      column('total', 'Decimal'),
      column('items', 'Number'),
      column('orderdate', 'Date'),
      column('paid', 'Boolean'),
    ],
    rowCount: [5_100, 6_200],
    createRow: (number, seeded, mid) => ({
      orderid: `${mid}-O-${String(number).padStart(5, '0')}`,
      subscriberkey: toSubscriberKey(mid, seeded.integer(1, 120)),
      total: seeded.integer(500, 40_000) / 100,
      items: seeded.integer(1, 9),
      orderdate: createDate(seeded),
      paid: seeded.pick(['True', 'True', 'False']),
    }),
  },
  {
    key: 'Order Lines',
    columns: [
      keyColumn('orderid'),
      keyColumn('line', 'Number'),
      column('product', 'Text'),
      column('quantity', 'Number'),
    ],
    rowCount: [600, 900],
    createRow: (number, seeded, mid) => ({
      orderid: `${mid}-O-${String(Math.ceil(number / 3)).padStart(5, '0')}`,
      line: ((number - 1) % 3) + 1,
      product: seeded.pick(PRODUCTS),
      quantity: seeded.integer(1, 4),
    }),
  },
  {
    key: 'Preferences',
    columns: [keyColumn('subscriberkey'), column('newsletter', 'Boolean'), column('language', 'Text')],
    rowCount: [40, 110],
    createRow: (number, seeded, mid) => ({
      subscriberkey: toSubscriberKey(mid, number),
      newsletter: seeded.pick(['True', 'False']),
      language: seeded.pick(LANGUAGES),
    }),
  },
  {
    key: 'Suppressions',
    columns: [keyColumn('emailaddress', 'EmailAddress'), column('reason', 'Text')],
    rowCount: [0, 0],
    createRow: () => ({}),
  },
];

function keyColumn(name: string, type: Column['type'] = 'Text'): Column {
  return { name, type, isPrimaryKey: true };
}

function column(name: string, type: Column['type']): Column {
  return { name, type, isPrimaryKey: false };
}

function toSubscriberKey(businessUnitId: number, number: number): string {
  return `${businessUnitId}-S-${String(number).padStart(4, '0')}`;
}

/** Creates a date in ISO form; rows store whole seconds only. */
function createDate(seeded: SeededRandom): string {
  return new Date(Math.floor(seeded.time() / 1000) * 1000).toISOString();
}
