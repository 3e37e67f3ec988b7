import type { Request, RequestHandler } from 'express';
import { MarketingCloudError, type Strategy, type Vault } from 'passport-marketing-cloud';
import { PROCESS_NAME, type GrantEventLog } from '../events/grant-event-log';
import type { GrantEvent, MessageBus } from '../events/message-bus';
import { addToSecurityPolicy, getSite, renderPage } from './render-page';

/** What the Token page shows. */
export interface TokenView {
  readonly facts: readonly (readonly [name: string, value: string])[];
  /** Percent of the token's lifetime: how much is over, and when it is due. Not set if its start is unknown. */
  readonly bar: { readonly now: number; readonly due: number } | undefined;
  readonly events: readonly { readonly at: string; readonly process: string; readonly text: string }[];
  /** Whether the emulator can let the token expire. */
  readonly canExpire: boolean;
}

/** What the Token page reads from. */
export interface TokenPageOptions {
  readonly vault: Vault;
  readonly storesDescription: string;
  readonly log: GrantEventLog;
  readonly now: () => number;
}

/** The start and end of a token, in milliseconds since the epoch. */
interface Lifetime {
  readonly issuedAt: number;
  /** From then on, a request starts a refresh. */
  readonly dueAt: number;
  readonly expiresAt: number;
}

const CALLS = 10;
/** The strategy's default for `refreshAhead`, which is never more than half of a token's lifetime. */
const REFRESH_AHEAD_MS = 300_000;
const EVENT_NAMES: Readonly<Record<GrantEvent['type'], string>> = {
  'signed-in': 'Signed in',
  refreshed: 'Refreshed',
  shared: 'Shared',
  'refresh-failed': 'Refresh failed',
  'refresh-lost': 'Answer to a refresh lost',
  called: 'Called',
  'call-retried': 'Call repeated',
  'call-refused': 'Call refused',
};

// #region token
/** Creates the Token page: when the token expires, and which process has refreshed it. */
export function createTokenPage({ vault, storesDescription, log, now }: TokenPageOptions): RequestHandler {
  return async function tokenPage(req, res) {
    const { grantId, expiresAt } = await readGrant(req);
    const record = await vault.read(grantId);
    const events = log.get(grantId);
    const issue = events.find(({ type }) => type === 'signed-in' || type === 'refreshed');
    const lifetime = getLifetime(issue, expiresAt);
    const view: TokenView = {
      facts: [
        ['Issued', lifetime === undefined ? 'before this app started' : formatMoment(lifetime.issuedAt, now())],
        ['Due', lifetime === undefined ? 'unknown' : formatMoment(lifetime.dueAt, now())],
        ['Expires', formatMoment(expiresAt, now())],
        ['Issued by', describeIssue(issue)],
        ['Version', record === undefined ? '–' : `${record.version}, increased by each write to the vault`],
        ['Storage', storesDescription],
        ['This page', `answered by ${PROCESS_NAME}`],
      ],
      bar: lifetime && { now: toPercent(now(), lifetime), due: toPercent(lifetime.dueAt, lifetime) },
      events: events.map((event) => ({
        at: formatTime(event.at),
        // Without the pid, which takes too much space in the table.
        process: event.process.replace(/ \(.*\)$/, ''),
        text: describeEvent(event),
      })),
      canExpire: getSite(req).emulator !== undefined,
    };
    // The page reloads itself. A new connection each time can reach another process of the cluster.
    res.set('Connection', 'close');
    addToSecurityPolicy(res, "script-src 'self'; connect-src 'self'");
    renderPage(req, res, 'token', 'Access token', view);
  };
}
// #endregion

// #region calls
/** Handles the page's form: tells all processes to call Marketing Cloud, with an expired token if that is asked for. */
export function triggerCalls(bus: MessageBus, now: () => number): RequestHandler {
  return async function triggerCallsRoute(req, res) {
    const { grantId, expiresAt } = await readGrant(req);
    const { first } = (req.body ?? {}) as { first?: unknown };
    if (first === 'expire' && getSite(req).emulator !== undefined) {
      bus.send({ kind: 'advance-clocks', ms: Math.max(expiresAt - now(), 0) + 1_000 });
    }
    bus.send({ kind: 'trigger-calls', grantId });
    res.redirect(303, '/dashboard/token');
  };
}

/** Calls Marketing Cloud several times at once when a process asks for it: outside of a request, with `strategy.grant()`. */
export function makeTriggeredCalls(bus: MessageBus, strategy: Strategy, log: GrantEventLog): void {
  const makeCalls = async (grantId: string): Promise<void> => {
    const connection = strategy.grant(grantId);
    const outcomes = await Promise.allSettled(Array.from({ length: CALLS }, () => connection.userinfo()));
    const failed = outcomes.filter(({ status }) => status === 'rejected').length;
    const detail = failed === 0 ? `${CALLS} calls, all succeeded` : `${CALLS} calls, ${failed} failed`;
    log.publish(grantId, { type: 'called', detail });
  };
  bus.listen((message) => {
    if (message.kind === 'trigger-calls') void makeCalls(message.grantId);
  });
}
// #endregion

async function readGrant(req: Request): Promise<{ readonly grantId: string; readonly expiresAt: number }> {
  const { grantId } = req.marketingCloud;
  const { expiresAt } = await req.marketingCloud.credentials();
  if (grantId === undefined) throw new MarketingCloudError('sign_in_required');
  return { grantId, expiresAt };
}

function getLifetime(issue: GrantEvent | undefined, expiresAt: number): Lifetime | undefined {
  if (issue === undefined) return undefined;
  // A lifetime starts when the token is requested.
  const issuedAt = issue.at - (issue.durationMs ?? 0);
  if (issuedAt >= expiresAt) return undefined;
  return { issuedAt, dueAt: expiresAt - Math.min(REFRESH_AHEAD_MS, (expiresAt - issuedAt) / 2), expiresAt };
}

/** In percent of the lifetime, with one decimal. */
function toPercent(moment: number, { issuedAt, expiresAt }: Lifetime): number {
  const part = (moment - issuedAt) / (expiresAt - issuedAt);
  return Math.round(Math.min(Math.max(part, 0), 1) * 1_000) / 10;
}

function describeIssue(issue: GrantEvent | undefined): string {
  if (issue === undefined) return 'unknown';
  const duration = issue.durationMs === undefined ? '' : `, in ${issue.durationMs} ms`;
  return `${issue.type === 'signed-in' ? 'the sign-in' : 'a refresh'} in ${issue.process}${duration}`;
}

function describeEvent({ type, detail, durationMs, count = 1 }: GrantEvent): string {
  const details = [detail, durationMs === undefined ? undefined : `in ${durationMs} ms`].filter(Boolean).join(', ');
  return `${EVENT_NAMES[type]}${details && `: ${details}`}${count > 1 ? ` (${count} times)` : ''}`;
}

/** Such as `12:03:11 UTC, in 40 s` or `12:03:11 UTC, 3 min ago`. */
function formatMoment(at: number, now: number): string {
  const seconds = Math.round(Math.abs(at - now) / 1_000);
  const distance = seconds < 120 ? `${seconds} s` : `${Math.round(seconds / 60)} min`;
  return `${formatTime(at)} UTC, ${at > now ? `in ${distance}` : `${distance} ago`}`;
}

function formatTime(at: number): string {
  return new Date(at).toISOString().slice(11, 19);
}
