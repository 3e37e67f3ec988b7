import { faultOfTemplate, findSubdomain, MARKETING_CLOUD_TEMPLATE, parseSubdomain } from '../../../tenant';
import type { Facts } from '../facts';
import { failed, passed, skipped, warned, type Finding } from '../finding';
import { PAGES } from '../pages';
import type { Rule } from '../rule';

const WHERE = 'Setup, Apps, Installed Packages, your package, API Integration';
const ENV_FILE = 'set it in the environment, or name the file that has it with --env';

/** The usual shape of a client id, as in documented and live answers. Others may exist. */
const USUAL_CLIENT_ID = /^[a-z0-9]{24}$/;
const USUAL_SUBDOMAIN = /^mc[a-z0-9-]{26}$/;
const PLACEHOLDER = /^(?:<.*>|\.{3}|x{3,}|todo|change-?me|your[-_ ].*|example|replace[-_ ].*)$/i;

export const clientRules: readonly Rule[] = [
  {
    id: 'subdomain',
    subject: 'Tenant and client',
    title: 'MC_SUBDOMAIN is the tenant-specific subdomain',
    docs: PAGES.createIntegration,
    check: checkSubdomain,
  },
  {
    id: 'base-url-template',
    subject: 'Tenant and client',
    title: 'The base URLs are those of Marketing Cloud',
    docs: PAGES.considerations,
    check: checkTemplate,
  },
  {
    id: 'client-id',
    subject: 'Tenant and client',
    title: 'MC_CLIENT_ID looks like a client id',
    docs: PAGES.createIntegration,
    check: checkClientID,
  },
  {
    id: 'client-secret',
    subject: 'Tenant and client',
    title: 'MC_CLIENT_SECRET looks like a client secret',
    docs: PAGES.rotateSecret,
    check: checkClientSecret,
  },
];

function checkSubdomain({ get }: Facts): Finding {
  const given = get('MC_SUBDOMAIN');
  if (given === undefined) {
    return failed(
      'MC_SUBDOMAIN is not set.',
      `It is the first part of the Authentication Base URI in ${WHERE}; ${ENV_FILE}.`,
    );
  }
  const subdomain = parseSubdomain(given);
  if (subdomain === undefined) {
    const meant = findSubdomain(given);
    return meant === undefined
      ? failed(
          'MC_SUBDOMAIN is not one DNS label.',
          `Set the first part of the Authentication Base URI in ${WHERE}, such as mc563885gzs27c5t9-63k636ttgm.`,
        )
      : failed('MC_SUBDOMAIN is a URL or a host name.', `Set the subdomain alone: MC_SUBDOMAIN=${meant}`);
  }
  if (USUAL_SUBDOMAIN.test(subdomain)) return passed(subdomain);
  return warned(
    `${subdomain} is not 28 characters that begin with mc, as subdomains of tenants do.`,
    `Compare it with the first part of the Authentication Base URI in ${WHERE}. It is not the stack (s7) or the MID.`,
  );
}

function checkTemplate({ get, isEmulator }: Facts): Finding {
  const template = get('MC_BASE_URL_TEMPLATE');
  if (template === undefined || template === MARKETING_CLOUD_TEMPLATE) return passed(MARKETING_CLOUD_TEMPLATE);
  const fault = faultOfTemplate(template);
  if (fault !== undefined) {
    return failed(
      `MC_BASE_URL_TEMPLATE ${fault}.`,
      `Unset it for Marketing Cloud; for the emulator, copy baseUrlTemplate from what it prints.`,
    );
  }
  return warned(
    isEmulator
      ? 'An emulator on this machine takes the place of Marketing Cloud.'
      : 'MC_BASE_URL_TEMPLATE names another domain than marketingcloudapis.com.',
    'Unset MC_BASE_URL_TEMPLATE for Marketing Cloud.',
  );
}

function checkClientID({ get, env }: Facts): Finding {
  const given = get('MC_CLIENT_ID');
  if (given === undefined) return failed('MC_CLIENT_ID is not set.', `Copy Client Id from ${WHERE}; ${ENV_FILE}.`);
  const fault = findPasteFault(env['MC_CLIENT_ID']);
  if (fault !== undefined) return failed(`MC_CLIENT_ID ${fault}.`, `Copy Client Id alone from ${WHERE}.`);
  if (given === get('MC_CLIENT_SECRET')) {
    return failed('MC_CLIENT_ID and MC_CLIENT_SECRET are the same.', `Copy each from its own line in ${WHERE}.`);
  }
  if (USUAL_CLIENT_ID.test(given)) return passed('24 letters and digits');
  return warned(
    'It is not 24 small letters and digits, as client ids are.',
    `Compare it with Client Id in ${WHERE}; it is neither the package's ID nor the App ID.`,
  );
}

function checkClientSecret({ get, env }: Facts): Finding {
  const given = get('MC_CLIENT_SECRET');
  if (env['MC_CLIENT_SECRET'] === undefined) {
    return skipped(
      'MC_CLIENT_SECRET is not set: the app counts as a public app.',
      `For a web app, set it to Client Secret of ${WHERE}; it is shown once, when it is generated.`,
    );
  }
  if (given === undefined) {
    return failed(
      'MC_CLIENT_SECRET is set, but empty.',
      `Set it to Client Secret of ${WHERE}; for a public app, unset the variable.`,
    );
  }
  const fault = findPasteFault(env['MC_CLIENT_SECRET']);
  if (fault !== undefined) return failed(`MC_CLIENT_SECRET ${fault}.`, 'Copy the client secret alone.');
  return passed('it is set; it expires 180 days after it was generated');
}

/** What was pasted along with a value, or in its place; undefined for a value that looks right. Never the value itself. */
export function findPasteFault(value: string | undefined): string | undefined {
  if (value === undefined || value.trim() === '') return undefined;
  if (value !== value.trim()) return 'begins or ends with white space';
  if (/^["'].*["']$/.test(value)) return 'has quotes around it, which docker --env-file does not remove';
  if (PLACEHOLDER.test(value)) return 'is still a placeholder';
  return /^[\x21-\x7e]+$/.test(value) ? undefined : 'has characters that are not visible ASCII';
}
