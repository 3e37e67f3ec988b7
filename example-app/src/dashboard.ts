import type { NextFunction, Request, Response } from 'express';
import { MarketingCloudError } from 'passport-marketing-cloud';
import type { Advice } from './advice';
import { readAssets, readRows, type Table } from './api-data';
import { refusalOf, type BusinessUnitName, type SwitcherView } from './business-units';
import { adviceOn, adviceOnRows } from './error-advice';
import { lifetimeText } from './lifetime';
import { sendPage } from './page';
import { pagerOf, type Pager } from './pager';
import { siteOn, userOf } from './site';

/** A table, or why there is none. */
export type Section =
  | { readonly table: Table; readonly pager: Pager; readonly advice?: undefined }
  | { readonly advice: Advice; readonly table?: undefined };

/** What the dashboard shows. */
export interface DashboardView {
  /** Names and values, in order. */
  readonly facts: readonly (readonly [name: string, value: string])[];
  readonly scopes: readonly string[];
  readonly switcher: SwitcherView;
  readonly assets: Section;
  /** The data extension that was asked for; empty when none was. */
  readonly key: string;
  readonly suggestedKeys: readonly string[];
  /** Absent when no data extension was asked for. */
  readonly rows: Section | undefined;
}

/**
 * Who is signed in, and what Marketing Cloud shows them. Each table is a call of its own: when one fails, the others
 * and the rest of the page stay.
 */
export function showDashboard(now: () => number): (req: Request, res: Response) => Promise<void> {
  return async function dashboard(req, res) {
    const suggestedKeys = siteOn(res).emulator?.dataExtensionKeys ?? [];
    const asked = textOf(req.query['key'])?.trim();
    const key = asked === undefined || asked === '' ? (suggestedKeys[0] ?? '') : asked;
    const pages = { assets: pageOf(req.query['assets']), rows: pageOf(req.query['rows']) };
    const { rest } = req.marketingCloud;

    const section = async (name: keyof typeof pages, reading: Promise<Table>): Promise<Section> => {
      try {
        const table = await reading;
        const linkTo = (page: number): string => `/dashboard?${queryOf({ ...pages, [name]: page }, key)}#${name}`;
        return { table, pager: pagerOf(table, linkTo) };
      } catch (error) {
        // A dead grant concerns the whole page, and so does what is not Marketing Cloud's doing.
        if (!(error instanceof MarketingCloudError) || error.code === 'sign_in_required') throw error;
        const again = `/dashboard/${name}?${queryOf(pages, key)}`;
        return { advice: name === 'rows' ? adviceOnRows(error, again) : adviceOn(error, again) };
      }
    };
    const [assets, rows] = await Promise.all([
      section('assets', readAssets(rest, pages.assets)),
      key === '' ? undefined : section('rows', readRows(rest, key, pages.rows)),
    ]);
    const units = siteOn(res).emulator?.businessUnits ?? [];
    const who = whoIsIt(req, units, now());
    const switcher = { current: who.businessUnitId, units, problem: refusalOf(req.query['refused']) };
    const { facts, scopes } = who;
    const view: DashboardView = { facts, scopes, switcher, assets, key, suggestedKeys, rows };
    sendPage(req, res, 'dashboard', 'Dashboard', view);
  };
}

/**
 * `/dashboard/rows?…` leads to that part of the dashboard, and loads it anew: a link to the address that is shown, with
 * an anchor, would only scroll there.
 */
export function leadToPart(req: Request, res: Response, next: NextFunction): void {
  const { part } = req.params;
  if (part !== 'assets' && part !== 'rows') next();
  else res.redirect(`/dashboard${new URL(req.url, 'http://dashboard').search}#${part}`);
}

/** From the user of the session, and the credentials that the guard has put on it. */
function whoIsIt(
  req: Request,
  units: readonly BusinessUnitName[],
  now: number,
): Pick<DashboardView, 'facts' | 'scopes'> & { readonly businessUnitId: number } {
  const user = userOf(req);
  const credentials = user?.marketingCloud;
  if (user === undefined || credentials === undefined) throw new MarketingCloudError('sign_in_required');
  const { businessUnitId } = credentials;
  const facts: DashboardView['facts'] = [
    ['Name', user.displayName],
    ['User name', user.username ?? '–'],
    ['Email', user.emails.map(({ value }) => value).join(', ') || '–'],
    ['Tenant', `${user.enterpriseName ?? '–'} (EID ${credentials.enterpriseId})`],
    ['Subdomain', credentials.subdomain],
    ['Business unit', [nameOf(units, businessUnitId), `MID ${businessUnitId}`].filter(Boolean).join(', ')],
    ['Stack', [user.stack, user.region].filter((part) => part !== undefined).join(', ') || '–'],
    ['Access token', `${lifetimeText(credentials.expiresAt, now)}; it is renewed before that`],
  ];
  return { facts, scopes: credentials.scope, businessUnitId };
}

function nameOf(units: readonly BusinessUnitName[], wanted: number): string | undefined {
  return units.find(({ id }) => id === wanted)?.name;
}

function queryOf(pages: Readonly<Record<string, number>>, key: string): string {
  const query = new URLSearchParams({ key });
  for (const [name, page] of Object.entries(pages)) if (page > 1) query.set(name, String(page));
  return query.toString();
}

function pageOf(value: unknown): number {
  const text = textOf(value) ?? '';
  return /^[1-9]\d{0,5}$/.test(text) ? Number(text) : 1;
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
