import { ALL_SCOPES, PERMISSION_SCOPES, READING_SCOPES } from './scopes';
import type { PackageKind, TimeZone } from './model';
import type { NewPackage, NewTenant } from './world';

const PACIFIC: TimeZone = {
  longName: '(GMT-08:00) Pacific Time (US & Canada) *',
  shortName: 'GMT-8',
  offset: -8,
  dst: true,
};
const LONDON: TimeZone = {
  longName: '(GMT) Dublin, Edinburgh, Lisbon, London *',
  shortName: 'GMT+0',
  offset: 0,
  dst: true,
};
const MUMBAI: TimeZone = {
  longName: '(GMT+05:30) Chennai, Kolkata, Mumbai, New Delhi',
  shortName: 'GMT+5:30',
  offset: 5.5,
  dst: false,
};

/** The tenants of a new emulator. The first one is the default of `strategyOptions()`. */
export const DEFAULT_TENANTS: readonly NewTenant[] = [
  {
    subdomain: 'mcemulator-alpine-outfitters',
    enterpriseId: 510_001_000,
    enterpriseName: 'Alpine Outfitters',
    stackKey: 'S7',
    region: 'NA1',
    locale: 'en-US',
    zoneinfo: 'America/Los_Angeles',
    timezone: PACIFIC,
    businessUnits: [
      { id: 510_001_000, name: 'Alpine Outfitters' },
      { id: 510_001_101, name: 'Alpine Outfitters Europe' },
      { id: 510_001_102, name: 'Alpine Outfitters Wholesale' },
    ],
    users: [
      {
        id: 711_204_301,
        username: 'maya.lind',
        name: 'Maya Lind',
        email: 'maya.lind@alpine-outfitters.example',
        locale: 'en-GB',
        zoneinfo: 'Europe/London',
        timezone: LONDON,
        businessUnitIds: [510_001_000, 510_001_101, 510_001_102],
        permissions: PERMISSION_SCOPES,
        roles: ['Administrator'],
      },
      {
        id: 711_204_355,
        username: 'ravi.menon',
        name: 'Ravi Menon',
        email: 'ravi.menon@alpine-outfitters.example',
        locale: 'en-IN',
        zoneinfo: 'Asia/Kolkata',
        timezone: MUMBAI,
        businessUnitIds: [510_001_101],
        permissions: READING_SCOPES,
        roles: ['Analyst', 'Content Creator'],
      },
      {
        id: 711_204_390,
        username: 'tom.berg',
        name: 'Tom Berg',
        email: 'tom.berg@alpine-outfitters.example',
        businessUnitIds: [510_001_000],
        permissions: READING_SCOPES,
      },
    ],
  },
  {
    subdomain: 'mcemulator-harbour-books-eu1',
    enterpriseId: 520_002_000,
    enterpriseName: 'Harbour Books',
    stackKey: 'S50',
    region: 'EU1',
    locale: 'en-GB',
    zoneinfo: 'Europe/London',
    timezone: LONDON,
    businessUnits: [
      { id: 520_002_000, name: 'Harbour Books' },
      { id: 520_002_101, name: 'Harbour Books Events' },
    ],
    users: [
      {
        id: 822_310_077,
        username: 'ines.duarte',
        name: 'Inês Duarte',
        email: 'ines.duarte@harbour-books.example',
        locale: 'pt-PT',
        businessUnitIds: [520_002_000, 520_002_101],
        permissions: PERMISSION_SCOPES,
        roles: ['Administrator'],
      },
    ],
  },
];

/** Users without a licence for the default packages, so that their refusal can be tried out. */
const UNLICENSED_USERS: readonly string[] = ['tom.berg'];

interface DefaultClient {
  readonly kind: PackageKind;
  readonly name: string;
  readonly id: string;
  readonly clientId: string;
  readonly secret?: string;
}

const DEFAULT_CLIENTS: readonly (readonly [subdomain: string, clients: readonly DefaultClient[]])[] = [
  [
    'mcemulator-alpine-outfitters',
    [
      {
        kind: 'web',
        name: 'Campaign Desk',
        id: '6f0d1c52-8a1b-4f57-9c3e-2b7a51d04e11',
        clientId: 'k3w9v0alpinewebpackage01',
        secret: 'EmuAlpineWebSecret000001',
      },
      {
        kind: 'public',
        name: 'Campaign Desk Mobile',
        id: '6f0d1c52-8a1b-4f57-9c3e-2b7a51d04e12',
        clientId: 'k3p7t5alpinepublicapp002',
      },
      {
        kind: 'server-to-server',
        name: 'Nightly Export',
        id: '6f0d1c52-8a1b-4f57-9c3e-2b7a51d04e13',
        clientId: 'k3s2r8alpineservertos003',
        secret: 'EmuAlpineServerSecret003',
      },
    ],
  ],
  [
    'mcemulator-harbour-books-eu1',
    [
      {
        kind: 'web',
        name: 'Reading List',
        id: '90c4e7aa-17d2-4d8f-b6a0-c5e1f8820b21',
        clientId: 'h8w4n1harbourwebpackag01',
        secret: 'EmuHarbourWebSecret00001',
      },
      {
        kind: 'public',
        name: 'Reading List Mobile',
        id: '90c4e7aa-17d2-4d8f-b6a0-c5e1f8820b22',
        clientId: 'h8p6q2harbourpublicapp02',
      },
      {
        kind: 'server-to-server',
        name: 'Stock Sync',
        id: '90c4e7aa-17d2-4d8f-b6a0-c5e1f8820b23',
        clientId: 'h8s9m3harbourservertos03',
        secret: 'EmuHarbourServerSecret03',
      },
    ],
  ],
];

/**
 * Creates the packages of a new emulator: one of each kind for each tenant, with every scope. Client ids and secrets are
 * always the same, so that an app can keep its settings.
 */
export function createDefaultPackages(
  redirectUrls: readonly string[] | 'any-on-loopback',
  published: boolean,
): readonly NewPackage[] {
  return DEFAULT_CLIENTS.flatMap(([subdomain, clients], tenantIndex) =>
    clients.map(({ kind, name, id, clientId, secret }) => ({
      subdomain,
      kind,
      name,
      id,
      clientId,
      ...(secret === undefined ? {} : { secret }),
      scopes: ALL_SCOPES,
      redirectUrls: kind === 'server-to-server' ? [] : redirectUrls,
      unlicensedUsers: UNLICENSED_USERS,
      published: published && tenantIndex === 0 && kind !== 'server-to-server',
    })),
  );
}
