import type { NextFunction, Request, RequestHandler, Response } from 'express';
import { MarketingCloudError } from 'passport-marketing-cloud';
import { readAssets, readRows, type ListPage } from '../api/rest-data';
import { getAdvice, getRowsAdvice, loadPart, type PagePart } from '../errors/error-advice';
import type { Advice } from '../errors/error-texts';
import { getSite, getUser, renderPage, type BusinessUnit } from './render-page';

/** What the dashboard shows. */
export interface DashboardView {
  /** Names and values, in order. */
  readonly facts: readonly (readonly [name: string, value: string])[];
  readonly scopes: readonly string[];
  readonly switcher: SwitcherView;
  readonly assets: PagePart<ListView>;
  /** External key of the data extension. Empty if none is selected. */
  readonly key: string;
  readonly suggestedKeys: readonly string[];
  /** Not set if no data extension is selected. */
  readonly rows: PagePart<ListView> | undefined;
}

/** The form that switches to another business unit. */
export interface SwitcherView {
  /** MID of the current business unit. */
  readonly current: number;
  /** The business units to choose from. The form also accepts any other MID. */
  readonly units: readonly BusinessUnit[];
  /** Why the last switch failed. */
  readonly problem: Advice | undefined;
}

/** A page of a list, with links to the previous and the next one. */
export interface ListView {
  readonly table: ListPage;
  /** Such as `11–20 of 57`. */
  readonly position: string;
  readonly previousUrl: string | undefined;
  readonly nextUrl: string | undefined;
}

/** Digits without a leading zero, at most as many as a safe integer has. */
const MID = /^[1-9]\d{0,14}$/;

/** Creates the dashboard: who is signed in, and what Marketing Cloud shows that user. */
export function createDashboardPage(now: () => number): RequestHandler {
  return async function dashboardPage(req, res) {
    const { dataExtensionKeys: suggestedKeys = [], businessUnits: units = [] } = getSite(req).emulator ?? {};
    const key = toText(req.query['key'])?.trim() || (suggestedKeys[0] ?? '');
    const pages = { assets: toPageNumber(req.query['assets']), rows: toPageNumber(req.query['rows']) };
    const linkTo = (list: keyof typeof pages, page: number): string =>
      `/dashboard?${toQuery({ ...pages, [list]: page }, key)}#${list}`;
    const retryUrl = (list: keyof typeof pages): string => `/dashboard/${list}?${toQuery(pages, key)}`;

    // Each list is a call of its own: if one fails, the other one is still shown.
    const { rest } = req.marketingCloud;
    const [assets, rows] = await Promise.all([
      loadPart(
        readAssets(rest, pages.assets).then((table) => toListView(table, (page) => linkTo('assets', page))),
        (error) => getAdvice(error, retryUrl('assets')),
      ),
      key === ''
        ? undefined
        : loadPart(
            readRows(rest, key, pages.rows).then((table) => toListView(table, (page) => linkTo('rows', page))),
            (error) => getRowsAdvice(error, retryUrl('rows')),
          ),
    ]);
    const { businessUnitId, ...account } = describeAccount(req, units, now());
    const switcher = { current: businessUnitId, units, problem: getSwitchProblem(req.query['refused']) };
    const view: DashboardView = { ...account, switcher, assets, key, suggestedKeys, rows };
    renderPage(req, res, 'dashboard', 'Dashboard', view);
  };
}

/**
 * Redirects `/dashboard/rows?…` to that part of the dashboard. A direct link to the current address with an anchor would
 * only scroll, and load nothing.
 */
export function redirectToPart(req: Request, res: Response, next: NextFunction): void {
  const { part } = req.params;
  if (part !== 'assets' && part !== 'rows') next();
  else res.redirect(`/dashboard${new URL(req.url, 'http://dashboard').search}#${part}`);
}

// #region business-unit
/** Handles the form that switches to another business unit. It redirects to the dashboard, which shows a refusal. */
export const switchBusinessUnit: RequestHandler = async (req, res) => {
  const { businessUnit } = (req.body ?? {}) as { businessUnit?: unknown };
  const mid = toText(businessUnit)?.trim() ?? '';
  let refused = MID.test(mid) ? undefined : 'none';
  if (refused === undefined) {
    try {
      await req.marketingCloud.switchBusinessUnit(mid);
    } catch (error) {
      if (!(error instanceof MarketingCloudError) || error.code !== 'business_unit_denied') throw error;
      refused = mid;
    }
  }
  res.redirect(303, `/dashboard${refused === undefined ? '' : `?refused=${refused}`}#business-unit`);
};
// #endregion

function getSwitchProblem(refused: unknown): Advice | undefined {
  if (typeof refused !== 'string') return undefined;
  if (!MID.test(refused)) {
    return {
      title: 'That is not a MID',
      happened: 'The MID of a business unit is a whole number. Nothing was changed.',
      steps: ['The MID is in Marketing Cloud below your name, at the top right, or in Setup → Business Units.'],
    };
  }
  return {
    title: 'No access to this business unit',
    happened: `Marketing Cloud does not allow you to work in the business unit with the MID ${refused}. Nothing was changed.`,
    steps: [
      'Check the MID. Or ask an administrator to give your user access to the business unit, and to enable the package for it: Setup → Installed Packages → this package → Access.',
    ],
    code: 'business_unit_denied',
  };
}

// #region account
/** Uses the session's user, and the credentials that the guard has put on it. */
function describeAccount(
  req: Request,
  units: readonly BusinessUnit[],
  now: number,
): Pick<DashboardView, 'facts' | 'scopes'> & { readonly businessUnitId: number } {
  const user = getUser(req);
  const credentials = user?.marketingCloud;
  if (user === undefined || credentials === undefined) throw new MarketingCloudError('sign_in_required');
  const { businessUnitId, enterpriseId, subdomain, scope, expiresAt } = credentials;
  const businessUnitName = units.find(({ id }) => id === businessUnitId)?.name;
  const facts: DashboardView['facts'] = [
    ['Name', user.displayName],
    ['User name', user.username ?? '–'],
    ['Email', user.emails.map(({ value }) => value).join(', ') || '–'],
    ['Tenant', `${user.enterpriseName ?? '–'} (EID ${enterpriseId})`],
    ['Subdomain', subdomain],
    ['Business unit', [businessUnitName, `MID ${businessUnitId}`].filter(Boolean).join(', ')],
    ['Stack', [user.stack, user.region].filter(Boolean).join(', ') || '–'],
    ['Access token', `${formatTimeLeft(expiresAt - now)}; it is refreshed before that`],
  ];
  return { facts, scopes: scope, businessUnitId };
}
// #endregion

function toListView(table: ListPage, linkTo: (page: number) => string): ListView {
  const { count, page, pageSize, rows } = table;
  const lastPage = Math.max(1, Math.ceil(count / pageSize));
  const first = (page - 1) * pageSize + 1;
  return {
    table,
    position: rows.length === 0 ? `${count} in all` : `${first}–${first + rows.length - 1} of ${count}`,
    // A page after the end links back to the last page.
    previousUrl: page > 1 ? linkTo(Math.min(page - 1, lastPage)) : undefined,
    nextUrl: page < lastPage ? linkTo(page + 1) : undefined,
  };
}

function formatTimeLeft(ms: number): string {
  const minutes = Math.floor(ms / 60_000);
  if (ms <= 0) return 'has expired';
  if (minutes < 1) return 'expires in less than a minute';
  return `expires in ${minutes} ${minutes === 1 ? 'minute' : 'minutes'}`;
}

function toQuery(pages: Readonly<Record<string, number>>, key: string): string {
  const query = new URLSearchParams({ key });
  for (const [name, page] of Object.entries(pages)) if (page > 1) query.set(name, String(page));
  return query.toString();
}

function toPageNumber(value: unknown): number {
  const text = toText(value) ?? '';
  return /^[1-9]\d{0,5}$/.test(text) ? Number(text) : 1;
}

function toText(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
