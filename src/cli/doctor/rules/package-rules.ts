import { asObject } from '../../../own-properties';
import type { Facts } from '../facts';
import { failed, passed, skipped, warned, type Finding } from '../finding';
import { readInstalledVersion, readManifest } from '../load-from-app';
import { PAGES } from '../pages';
import type { Rule } from '../rule';

/** A version range in words, and its test on the parts of a version. */
interface Range {
  readonly text: string;
  readonly has: (major: number, minor: number) => boolean;
}

interface Peer {
  readonly name: string;
  readonly range: Range;
  /** What goes wrong with another version. */
  readonly why: string;
  readonly docs: string;
}

const NODE: Range = {
  text: '20.19, or 22.12 and later',
  has: (major, minor) => (major === 20 && minor >= 19) || (major === 22 && minor >= 12) || major > 22,
};

const PEERS: readonly Peer[] = [
  {
    name: 'express',
    range: { text: '4.17 or 5', has: (major, minor) => (major === 4 && minor >= 17) || major === 5 },
    why: 'The routes and the guard are made for these releases.',
    docs: PAGES.expressMigration,
  },
  {
    name: 'passport',
    range: { text: '0.6 or 0.7', has: (major, minor) => major === 0 && (minor === 6 || minor === 7) },
    why: 'Earlier releases do not renew the session id at a login.',
    docs: PAGES.passport,
  },
  {
    name: 'express-session',
    range: { text: '1.18 or a later 1.x', has: (major, minor) => major === 1 && minor >= 18 },
    why: 'Earlier releases drop Partitioned from cookies without a word, which apps in a frame need.',
    docs: PAGES.partitionedCookies,
  },
];

/** Packages that do the same work or get in its way, and what to do with each. */
const LEGACY: Readonly<Record<string, string>> = {
  'fuel-auth': 'remove it: credentials() of this package returns fresh tokens, and rest and fetch() use them',
  'fuel-rest': 'call req.marketingCloud.rest in its place',
  'fuel-soap': 'use sfmc-sdk with sdkFor() of passport-marketing-cloud/sfmc-sdk, or req.marketingCloud.fetch()',
  'sfmc-fuelsdk-node': 'use sfmc-sdk with sdkFor() of passport-marketing-cloud/sfmc-sdk: it is no longer maintained',
  'passport-oauth2-refresh': 'remove it: two parallel refreshes end a grant, and this package refreshes by itself',
  'passport-salesforce': 'remove it: it signs in to the CRM, another authorization server',
  'passport-forcedotcom': 'remove it: it signs in to the CRM, another authorization server',
  request: 'use fetch() of Node or of req.marketingCloud: it has had no release since 2020',
  'request-promise': 'use fetch() of Node or of req.marketingCloud: it has had no release since 2020',
  'request-promise-native': 'use fetch() of Node or of req.marketingCloud: it has had no release since 2020',
  'cookie-session':
    'use express-session with a store: a cookie has no room for tokens, and cannot be renewed in parallel',
};

export const packageRules: readonly Rule[] = [
  {
    id: 'node-version',
    subject: 'Node and packages',
    title: 'Node is new enough',
    docs: PAGES.nodeReleases,
    check: ({ nodeVersion }) =>
      isIn(NODE, nodeVersion)
        ? passed(`Node ${nodeVersion}`)
        : failed(`Node ${nodeVersion} is not supported.`, `Install Node ${NODE.text}.`),
  },
  ...PEERS.map((peer): Rule => ({
    id: `${peer.name}-version`,
    subject: 'Node and packages',
    title: `${peer.name} fits`,
    docs: peer.docs,
    check: ({ folder }) => checkPeer(peer, readInstalledVersion(folder, peer.name)),
  })),
  {
    id: 'legacy-packages',
    subject: 'Node and packages',
    title: 'No package does the same work',
    docs: PAGES.project,
    check: checkLegacyPackages,
  },
];

function checkPeer({ name, range, why }: Peer, version: string | undefined): Finding {
  if (version === undefined) {
    return skipped(`${name} is not installed in this folder.`, `Run the doctor in the app's folder.`);
  }
  return isIn(range, version)
    ? passed(`${name} ${version}`)
    : failed(`${name} ${version} does not fit. ${why}`, `Install ${name} ${range.text}: npm install ${name}.`);
}

function isIn({ has }: Range, version: string): boolean {
  const [major, minor] = version.split('.').map(Number);
  return has(Number(major), Number(minor));
}

function checkLegacyPackages({ folder }: Facts): Finding {
  const manifest = readManifest(folder);
  if (manifest === undefined) {
    return skipped('There is no package.json in this folder.', `Run the doctor in the app's folder.`);
  }
  const names = Object.keys(asObject(manifest['dependencies']) ?? {});
  const found = names.filter((name) => Object.hasOwn(LEGACY, name));
  if (found.length === 0) return passed('package.json names none that is known');
  return warned(
    `package.json names ${found.join(', ')}.`,
    found.map((name) => `${name}: ${LEGACY[name] ?? ''}.`).join(' '),
  );
}
