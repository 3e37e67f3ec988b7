import type { Request, RequestHandler, Response } from 'express';
import { MarketingCloudError, type Vault } from 'passport-marketing-cloud';
import type { Bus } from './bus';
import type { Journal, LifeEvent } from './journal';
import { grantKey, PROCESS_NAME } from './life-watch';
import { agoText, timeText } from './moments';
import { sendPage } from './page';
import { siteOn } from './site';
import { issueOf, percentOf, timelineOf } from './timeline';

/** What the page of the token shows. */
export interface TokenView {
  readonly facts: readonly (readonly [name: string, value: string])[];
  /** How much of its life is over, and from where on it is due, in percent; absent where its begin is not known. */
  readonly bar: { readonly now: number; readonly due: number } | undefined;
  readonly events: readonly { readonly at: string; readonly what: string; readonly process: string }[];
  /** Whether there is an emulator that can let the token expire. */
  readonly canExpire: boolean;
}

/** What the page needs to know. */
export interface TokenPageParts {
  readonly vault: Vault;
  readonly storedWhere: string;
  readonly journal: Journal;
  readonly bus: Bus;
  readonly now: () => number;
}

const TOKEN_PAGE = '/dashboard/token';

/** The life of the grant: since when, how long, renewed by which process. */
export function showToken(parts: TokenPageParts): (req: Request, res: Response) => Promise<void> {
  return async function tokenPage(req, res) {
    const { grantId } = req.marketingCloud;
    const { expiresAt } = await req.marketingCloud.credentials();
    if (grantId === undefined) throw new MarketingCloudError('sign_in_required');
    const record = await parts.vault.read(grantId);
    const events = parts.journal.of(grantKey(grantId));
    const timeline = timelineOf(events, expiresAt);
    const now = parts.now();
    const moment = (at: number | undefined): string =>
      at === undefined ? 'before this app began to watch' : `${timeText(at)} UTC, ${agoText(at, now)}`;
    const [percent, due] = [percentOf(now, timeline), percentOf(timeline.dueAt ?? now, timeline)];
    const view: TokenView = {
      facts: [
        ['Issued', moment(timeline.issuedAt)],
        ['Due', timeline.dueAt === undefined ? 'not known' : moment(timeline.dueAt)],
        ['Expires', moment(expiresAt)],
        ['Brought by', broughtBy(issueOf(events))],
        ['Version', record === undefined ? '–' : `${record.version}, counted by every write to the vault`],
        ['Kept', parts.storedWhere],
        ['This page', `answered by ${PROCESS_NAME}`],
      ],
      bar: percent === undefined || due === undefined ? undefined : { now: percent, due },
      events: events.map((event) => ({
        at: timeText(event.at),
        what: textOf(event),
        process: shortName(event.process),
      })),
      canExpire: siteOn(res).emulator !== undefined,
    };
    // The page looks again every other second, each time on a new connection: so it gets to see every process.
    res.set('Connection', 'close');
    res.set(
      'Content-Security-Policy',
      `${String(res.get('Content-Security-Policy'))}; script-src 'self'; connect-src 'self'`,
    );
    sendPage(req, res, 'token', 'The life of the token', view);
  };
}

/** Takes the page's form: many calls at once, in every process, with a token that has just expired where that is asked. */
export function hurry({ bus, now }: Pick<TokenPageParts, 'bus' | 'now'>): RequestHandler {
  return async function hurryUp(req, res) {
    const { grantId } = req.marketingCloud;
    const { expiresAt } = await req.marketingCloud.credentials();
    if (grantId === undefined) throw new MarketingCloudError('sign_in_required');
    const { first } = (req.body ?? {}) as { first?: unknown };
    if (first === 'expire' && siteOn(res).emulator !== undefined) {
      bus.send({ kind: 'advance', ms: Math.max(expiresAt - now(), 0) + 1_000 });
    }
    bus.send({ kind: 'work', grantId });
    res.redirect(303, TOKEN_PAGE);
  };
}

function broughtBy(issue: LifeEvent | undefined): string {
  if (issue === undefined) return 'not known';
  const took = issue.tookMs === undefined ? '' : `, in ${issue.tookMs} ms`;
  return `${issue.what === 'signed-in' ? 'the sign-in' : 'a refresh'} in ${issue.process}${took}`;
}

/** The id of a process takes too much room in a table. */
function shortName(process: string): string {
  return process.replace(/ \(.*\)$/, '');
}

const WORDS: Readonly<Record<LifeEvent['what'], string>> = {
  'signed-in': 'Signed in',
  refreshed: 'Refreshed',
  shared: 'Shared',
  failed: 'Refresh failed',
  lost: 'Answer to a refresh lost',
  worked: 'Called',
};

function textOf({ what, detail, tookMs, times = 1 }: LifeEvent): string {
  const took = tookMs === undefined ? undefined : `in ${tookMs} ms`;
  const more = [detail, took].filter((part) => part !== undefined).join(', ');
  return `${WORDS[what]}${more === '' ? '' : `: ${more}`}${times > 1 ? ` (${times} times)` : ''}`;
}
