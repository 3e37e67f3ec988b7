import type { ServerResponse } from 'node:http';

/** Where Marketing Cloud frames apps: its user interface, Content Builder and Journey Builder. */
export const MARKETING_CLOUD_ANCESTORS: readonly string[] = [
  'https://*.exacttarget.com',
  'https://*.marketingcloudapps.com',
];

const ORIGIN = /^https:\/\/(?:\*\.)?[a-z0-9-]+(?:\.[a-z0-9-]+)*(?::\d{1,5})?$/i;

/** Whether a value is an https origin, with at most a leading `*.`. */
export function isFrameAncestor(value: unknown): value is string {
  return typeof value === 'string' && ORIGIN.test(value);
}

const POLICY = 'Content-Security-Policy';
const REPORT_ONLY = 'Content-Security-Policy-Report-Only';

/**
 * Lets these sources frame a response: they are added to `frame-ancestors` in each of its policies, and to none of them
 * that says nothing about it, unless no policy does. `'none'` is dropped, and so is `X-Frame-Options`, which cannot name
 * several sites. https://www.w3.org/TR/CSP3/#directive-frame-ancestors
 */
export function allowFraming(res: ServerResponse, sources: readonly string[]): void {
  res.removeHeader('X-Frame-Options');
  const reported = getPolicies(res, REPORT_ONLY);
  if (reported.length > 0)
    res.setHeader(
      REPORT_ONLY,
      reported.map((policy) => addSources(policy, sources) ?? policy),
    );
  const policies = getPolicies(res, POLICY);
  const edited = policies.map((policy) => addSources(policy, sources));
  if (edited.some((policy) => policy !== undefined)) {
    res.setHeader(POLICY, toHeader(policies.map((policy, at) => edited[at] ?? policy)));
  } else {
    const [first, ...others] = policies;
    const directive = `frame-ancestors ${sources.join(' ')}`;
    res.setHeader(POLICY, toHeader([first === undefined ? directive : `${first}; ${directive}`, ...others]));
  }
}

/** The policies of a header: it may be repeated, and one may hold several with commas between. */
function getPolicies(res: ServerResponse, name: string): string[] {
  const lists = [res.getHeader(name) ?? []].flat().flatMap((value) => String(value).split(','));
  return lists.map((policy) => toDirectives(policy).join('; ')).filter((policy) => policy !== '');
}

function toDirectives(policy: string): string[] {
  return policy
    .split(';')
    .map((directive) => directive.trim())
    .filter((directive) => directive !== '');
}

function toHeader(policies: string[]): string | string[] {
  const [only, ...others] = policies;
  return only !== undefined && others.length === 0 ? only : policies;
}

/** The policy with these sources; undefined where it says nothing about `frame-ancestors`. Of repeated directives the first counts. */
function addSources(policy: string, sources: readonly string[]): string | undefined {
  const directives = toDirectives(policy);
  const at = directives.findIndex((directive) => /^frame-ancestors(?:\s|$)/i.test(directive));
  if (at < 0) return undefined;
  const [, ...present] = (directives[at] ?? '').split(/\s+/);
  const kept = present.filter((source) => source.toLowerCase() !== "'none'");
  directives[at] = ['frame-ancestors', ...new Set([...kept, ...sources])].join(' ');
  return directives.join('; ');
}
