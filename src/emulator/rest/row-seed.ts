import type { Cell, Column } from './row-columns';
import type { Seeded } from './seeded';

/** The plan of a data extension: its columns, how many rows it starts with, and how they are made. */
export interface DataExtensionPlan {
  /** The external key, which is also the name. */
  readonly key: string;
  readonly columns: readonly Column[];
  /** The fewest and the most rows; which number between, the business unit decides. */
  readonly rows: readonly [number, number];
  row(number: number, seeded: Seeded, businessUnitId: number): Readonly<Record<string, Cell>>;
}

const givenNames = ['Alder', 'Birch', 'Cedar', 'Hazel', 'Juniper', 'Laurel', 'Maple', 'Rowan', 'Willow'] as const;
const cities = ['Northport', 'Eastfield', 'Southbridge', 'Westhaven', 'Lakeside'] as const;
const languages = ['en-US', 'de-DE', 'fr-FR', 'ja-JP'] as const;
const products = ['Tent', 'Lantern', 'Kettle', 'Blanket', 'Compass', 'Rucksack'] as const;

/**
 * The data extensions of every business unit. Keys of rows begin with the business unit's id, so that a row shown in the
 * wrong place can be told at a glance.
 */
export const dataExtensionPlans: readonly DataExtensionPlan[] = [
  {
    key: 'Subscribers',
    columns: [
      key('subscriberkey'),
      of('emailaddress', 'EmailAddress'),
      of('firstname', 'Text'),
      of('city', 'Text'),
      of('joined', 'Date'),
    ],
    rows: [120, 400],
    row: (number, seeded, mid) => {
      const firstname = seeded.one(givenNames);
      return {
        subscriberkey: subscriberKey(mid, number),
        emailaddress: `${firstname.toLowerCase()}.${number}@example.com`,
        firstname,
        city: seeded.one(cities),
        joined: isoMoment(seeded),
      };
    },
  },
  {
    key: 'Orders',
    columns: [
      key('orderid'),
      of('subscriberkey', 'Text'),
      of('total', 'Decimal'),
      of('items', 'Number'),
      of('orderdate', 'Date'),
      of('paid', 'Boolean'),
    ],
    rows: [5_100, 6_200],
    row: (number, seeded, mid) => ({
      orderid: `${mid}-O-${String(number).padStart(5, '0')}`,
      subscriberkey: subscriberKey(mid, seeded.integer(1, 120)),
      total: seeded.integer(500, 40_000) / 100,
      items: seeded.integer(1, 9),
      orderdate: isoMoment(seeded),
      paid: seeded.one(['True', 'True', 'False']),
    }),
  },
  {
    key: 'Order Lines',
    columns: [key('orderid'), key('line', 'Number'), of('product', 'Text'), of('quantity', 'Number')],
    rows: [600, 900],
    row: (number, seeded, mid) => ({
      orderid: `${mid}-O-${String(Math.ceil(number / 3)).padStart(5, '0')}`,
      line: ((number - 1) % 3) + 1,
      product: seeded.one(products),
      quantity: seeded.integer(1, 4),
    }),
  },
  {
    key: 'Preferences',
    columns: [key('subscriberkey'), of('newsletter', 'Boolean'), of('language', 'Text')],
    rows: [40, 110],
    row: (number, seeded, mid) => ({
      subscriberkey: subscriberKey(mid, number),
      newsletter: seeded.one(['True', 'False']),
      language: seeded.one(languages),
    }),
  },
  {
    key: 'Suppressions',
    columns: [key('emailaddress', 'EmailAddress'), of('reason', 'Text')],
    rows: [0, 0],
    row: () => ({}),
  },
];

function key(name: string, type: Column['type'] = 'Text'): Column {
  return { name, type, isPrimaryKey: true };
}

function of(name: string, type: Column['type']): Column {
  return { name, type, isPrimaryKey: false };
}

function subscriberKey(businessUnitId: number, number: number): string {
  return `${businessUnitId}-S-${String(number).padStart(4, '0')}`;
}

/** Rows keep whole seconds only. */
function isoMoment(seeded: Seeded): string {
  return new Date(Math.floor(seeded.moment() / 1000) * 1000).toISOString();
}
