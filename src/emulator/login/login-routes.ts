import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Request, Response } from 'express';
import { isShell, parseLocation } from '../addressing';
import type { Core } from '../core';
import type { InstalledPackage, Tenant } from '../world/model';
import { FORM_COOKIE, parseCookie, SESSION_COOKIE, writeCookie } from './cookies';
import { sendLoginPage } from './login-page';
import { sendMovingPage } from './moving-page';
import { sendProblemPage } from './problem-page';
import { sendSignedOutPage } from './signed-out-page';

type Route = (req: Request, res: Response) => void;

/** The routes of the login host. */
export interface LoginRoutes {
  readonly show: Route;
  readonly submit: Route;
  /** A page that moves on by itself: `pagesOnTheWay`. */
  readonly moveOn: Route;
  readonly signOut: Route;
}

/** Where a sign-in leads: to an authorize URL of a package, or to the shell. */
interface Destination {
  readonly service: string;
  readonly installed: InstalledPackage | undefined;
}

/**
 * Creates the routes `/hub-cas/login?service=…` and `/hub-cas/logout`, which work as in CAS. A browser that is already
 * signed in is redirected to `service` without the page. `service` must be an authorize URL of the emulator, or its shell;
 * after a sign-out it is shown as a link.
 */
export function createLoginRoutes(core: Core, signOut: (username: string) => void): LoginRoutes {
  const key = randomBytes(32);
  const createExecution = (cookie: string, service: string) =>
    createHmac('sha256', key).update(`${cookie}\n${service}`).digest('base64url');

  function sendForm(req: Request, res: Response, destination: Destination, status: number, problem?: string): void {
    const { tenant } = core.getExchange(req);
    const cookie = parseCookie(req, FORM_COOKIE) ?? randomBytes(18).toString('base64url');
    writeCookie(core, req, res, FORM_COOKIE, cookie);
    sendLoginPage(res, status, {
      appName: destination.installed?.name ?? 'Marketing Cloud',
      action: `login?service=${encodeURIComponent(destination.service)}`,
      execution: createExecution(cookie, destination.service),
      tenants: destination.installed?.published === false ? [tenant] : withTenantFirst(core.world.tenants, tenant),
      unlicensed: destination.installed?.settings.seen.unlicensedUsers ?? [],
      problem,
    });
  }

  return {
    show(req, res) {
      const destination = readDestination(core, req, res);
      if (destination === undefined) return;
      const id = parseCookie(req, SESSION_COOKIE);
      if (id === undefined || core.sessions.find(id) === undefined) sendForm(req, res, destination, 200);
      else redirectWithTicket(core, res, id, destination.service);
    },

    submit(req, res) {
      const destination = readDestination(core, req, res);
      if (destination === undefined) return;
      const { username, execution: sent } = parseForm(core, req);
      const cookie = parseCookie(req, FORM_COOKIE);
      if (cookie === undefined || !equalsInConstantTime(sent, createExecution(cookie, destination.service))) {
        sendForm(req, res, destination, 403, 'The form did not come from this page. Please try again.');
        return;
      }
      const account = core.world.findAccount(username);
      if (account?.user.enabled !== true) {
        sendForm(req, res, destination, 401, 'There is no such user here.');
        return;
      }
      const id = core.sessions.open(account);
      writeCookie(core, req, res, SESSION_COOKIE, id);
      redirectWithTicket(core, res, id, destination.service);
    },

    moveOn(req, res) {
      const { query } = core.getExchange(req);
      const [left, to] = [Number(query.get('left')), query.get('to') ?? ''];
      if (findPackage(core, to) === undefined && !isShellUrl(core, to)) {
        res.status(400).type('text').send('There is nothing to move on to.');
        return;
      }
      sendMovingPage(res, left > 1 ? toPageOnTheWay(left - 1, to) : to);
    },

    signOut(req, res) {
      const id = parseCookie(req, SESSION_COOKIE);
      const account = core.sessions.find(id);
      if (id !== undefined) core.sessions.close(id);
      writeCookie(core, req, res, SESSION_COOKIE, undefined);
      if (account !== undefined) signOut(account.user.username);
      sendSignedOutPage(res, core.getExchange(req).query.get('service') ?? '');
    },
  };
}

function redirectWithTicket(core: Core, res: Response, sessionId: string, service: string): void {
  const ticket = core.sessions.issueTicket(sessionId, service);
  const to = `${service}${service.includes('?') ? '&' : '?'}ticket=${ticket}`;
  const pages = core.settings.pagesOnTheWay;
  res.set('Cache-Control', 'no-store').redirect(302, pages > 0 ? toPageOnTheWay(pages, to) : to);
}

/** Relative to the login pages. */
function toPageOnTheWay(left: number, to: string): string {
  return `on-the-way?left=${left}&to=${encodeURIComponent(to)}`;
}

/** Reads the authorize URL to return to and its package. Without a valid one it sends an error page. */
function readDestination(core: Core, req: Request, res: Response): Destination | undefined {
  const service = core.getExchange(req).query.get('service') ?? '';
  const installed = findPackage(core, service);
  if (installed !== undefined || isShellUrl(core, service)) return { service, installed };
  sendProblemPage(res, 400, {
    title: 'Nothing to sign in to',
    text: 'The address has no service that belongs to this emulator.',
    fix: 'Start at the app: its login route leads to /v2/authorize, and that leads here.',
  });
  return undefined;
}

function findPackage(core: Core, service: string): InstalledPackage | undefined {
  if (!URL.canParse(service)) return undefined;
  const url = new URL(service);
  const location = parseLocation(url.host, `${url.pathname}${url.search}`, core.origin);
  const isAuthorizeUrl =
    location?.service === 'auth' &&
    location.path === '/v2/authorize' &&
    service.startsWith(`${location.baseUrls('auth', location.subdomain)}/v2/authorize`);
  return isAuthorizeUrl ? core.world.findPackage(url.searchParams.get('client_id') ?? '') : undefined;
}

function isShellUrl(core: Core, service: string): boolean {
  if (!URL.canParse(service)) return false;
  const { host, pathname, protocol } = new URL(service);
  return /^https?:$/.test(protocol) && isShell(host, pathname, core.origin);
}

function withTenantFirst(tenants: readonly Tenant[], first: Tenant): readonly Tenant[] {
  return [first, ...tenants.filter((tenant) => tenant !== first)];
}

function parseForm(core: Core, req: Request): { username: string; execution: string } {
  const { body } = core.getExchange(req).recorded;
  const fields: Readonly<Record<string, unknown>> = typeof body === 'object' && body !== null ? { ...body } : {};
  const { username, execution } = fields;
  return {
    username: typeof username === 'string' ? username : '',
    execution: typeof execution === 'string' ? execution : '',
  };
}

function equalsInConstantTime(sent: string, expected: string): boolean {
  const [a, b] = [Buffer.from(sent), Buffer.from(expected)];
  return a.length === b.length && timingSafeEqual(a, b);
}
