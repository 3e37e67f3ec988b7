import {
  faultOfTemplate,
  createTenant,
  isLoopback,
  MARKETING_CLOUD_TEMPLATE,
  parseSubdomain,
  type Tenant,
} from '../../tenant';
import { createProbes, type Probes } from './probes/probes';
import type { Environment } from './variables';

/** What the rules look at. */
export interface Facts {
  /** A variable without white space around it; `undefined` where it is not set, or empty. */
  readonly get: (name: string) => string | undefined;
  /** The environment as it was given. */
  readonly env: Environment;
  /** The app's folder. */
  readonly folder: string;
  /** Such as `20.19.0`. */
  readonly nodeVersion: string;
  /** Whether `MC_BASE_URL_TEMPLATE` leads to this machine: an emulator takes the place of Marketing Cloud. */
  readonly isEmulator: boolean;
  /** Undefined while `MC_SUBDOMAIN` or `MC_BASE_URL_TEMPLATE` cannot be used. */
  readonly tenant: Tenant | undefined;
  /** `MC_CALLBACK_URL`, where it is an absolute URL. */
  readonly callback: URL | undefined;
  /** What the network answers. Each is asked once, by the first rule that needs it. */
  readonly probes: Probes;
}

/** What to look at. */
export interface Surroundings {
  readonly env: Environment;
  readonly folder: string;
  readonly nodeVersion: string;
}

/** Collects what the rules look at. `facts.probes.close()` ends the connections that they have made. */
export function collectFacts({ env, folder, nodeVersion }: Surroundings): Facts {
  const get = (name: string): string | undefined => env[name]?.trim() || undefined;
  const template = get('MC_BASE_URL_TEMPLATE') ?? MARKETING_CLOUD_TEMPLATE;
  const isTemplate = faultOfTemplate(template) === undefined;
  const subdomain = parseSubdomain(get('MC_SUBDOMAIN'));
  const tenant = isTemplate && subdomain !== undefined ? createTenant(template, subdomain) : undefined;
  const callback = get('MC_CALLBACK_URL');
  return {
    get,
    env,
    folder,
    nodeVersion,
    isEmulator: isTemplate && isLoopback(new URL(template)),
    tenant,
    callback: callback !== undefined && URL.canParse(callback) ? new URL(callback) : undefined,
    probes: createProbes({
      get,
      isSecretEmpty: env['MC_CLIENT_SECRET'] !== undefined && get('MC_CLIENT_SECRET') === undefined,
      folder,
      tenant,
    }),
  };
}
