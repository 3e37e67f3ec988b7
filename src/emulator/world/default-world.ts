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

/** The tenants that a fresh emulator has. The first is the one that `strategyOptions()` speaks of. */
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

/** Login names without a licence for the default packages: the page that refuses them can then be seen. */
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
 * The packages that a fresh emulator has: each tenant has one of each kind, with every scope. Their client ids and
 * secrets are the same in every emulator, so that settings written down for one run fit the next.
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
