import { isIP } from 'node:net';
import { isLoopback, type Tenant } from '../../../tenant';
import type { Facts } from '../facts';
import { failed, passed, skipped, warned, type Finding } from '../finding';
import { explainFailure } from '../network-failure';
import { PAGES } from '../pages';
import { lookUp, shakeHands } from '../probes/host-probes';
import type { Rule } from '../rule';

const SERVICES: readonly (readonly [service: string, pick: (tenant: Tenant) => string])[] = [
  ['auth', (tenant) => tenant.authBaseUrl],
  ['rest', (tenant) => tenant.restBaseUrl],
  ['soap', (tenant) => tenant.soapBaseUrl],
];

/** More than this is more than networks and a header without fractions of a second account for. */
const MAX_SKEW_SECONDS = 30;

export const networkRules: readonly Rule[] = [
  {
    id: 'tls-verification',
    subject: 'Network',
    title: 'Certificates are checked',
    docs: PAGES.nodeCertificates,
    check: ({ env }) =>
      env['NODE_TLS_REJECT_UNAUTHORIZED'] === '0'
        ? failed(
            'NODE_TLS_REJECT_UNAUTHORIZED=0 lets anyone on the way read tokens and the client secret.',
            'Unset it. If a proxy of your network opens TLS, set NODE_EXTRA_CA_CERTS to the file of its authority.',
          )
        : passed('Node checks them'),
  },
  ...SERVICES.map(([service, pick]): Rule => ({
    id: `dns-${service}`,
    subject: 'Network',
    title: `The ${service} host is in DNS`,
    docs: PAGES.nodeDns,
    check: ({ tenant }) => checkDns(tenant && new URL(pick(tenant))),
  })),
  ...SERVICES.map(([service, pick]): Rule => ({
    id: `tls-${service}`,
    subject: 'Network',
    title: `The ${service} host has a certificate to trust`,
    docs: PAGES.nodeCertificates,
    check: ({ tenant }) => checkTls(tenant && new URL(pick(tenant))),
  })),
  {
    id: 'clock',
    subject: 'Network',
    title: 'The clock agrees with Marketing Cloud',
    docs: PAGES.dateHeader,
    check: checkClock,
  },
];

const NO_TENANT = skipped('MC_SUBDOMAIN or MC_BASE_URL_TEMPLATE cannot be used.');

async function checkDns(url: URL | undefined): Promise<Finding> {
  if (url === undefined) return NO_TENANT;
  if (isIP(url.hostname.replace(/^\[|\]$/g, '')) !== 0) return skipped(`${url.hostname} is an address, not a name.`);
  try {
    const addresses = await lookUp(url.hostname);
    return passed(`${url.hostname} is ${addresses.slice(0, 2).join(', ')}`);
  } catch (error) {
    const { what, fix } = explainFailure(error);
    return failed(`${url.hostname} ${what}.`, `${fix} MC_SUBDOMAIN is the first part of that name.`);
  }
}

async function checkTls(url: URL | undefined): Promise<Finding> {
  if (url === undefined) return NO_TENANT;
  if (url.protocol === 'http:') return skipped(`${url.host} is plain http, on this machine.`);
  try {
    return passed(`${url.host} speaks ${await shakeHands(url)}`);
  } catch (error) {
    const { what, fix } = explainFailure(error);
    const isOwn = isLoopback(url) ? 'For the emulator, set NODE_EXTRA_CA_CERTS to the file that it prints. ' : '';
    return failed(`${url.host} ${what}.`, `${isOwn}${fix}`);
  }
}

async function checkClock({ probes }: Facts): Promise<Finding> {
  const answer = await probes.authorize();
  if (answer === undefined || !('text' in answer) || answer.serverTime === undefined) {
    return skipped('No response of Marketing Cloud has a Date header.');
  }
  const skew = Math.round((answer.localTime - answer.serverTime) / 1_000);
  if (Math.abs(skew) <= MAX_SKEW_SECONDS) return passed(`${Math.abs(skew)} s apart`);
  return warned(
    `This machine is ${Math.abs(skew)} s ${skew > 0 ? 'ahead of' : 'behind'} Marketing Cloud.`,
    'Let it follow a time server (NTP): timedatectl set-ntp true. Cookies, certificates and signed requests depend on the clock.',
  );
}
