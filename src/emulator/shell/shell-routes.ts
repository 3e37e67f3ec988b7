import express, { Router, type Request, type RequestHandler, type Response } from 'express';
import { createBaseUrlsByHost, createBaseUrlsByPath, getOwnOrigin, isShell, type BaseUrls } from '../addressing';
import type { Core } from '../core';
import { parseCookie } from '../login/cookies';
import type { SignedIn } from '../tokens/login-sessions';
import { sendContentBuilder, sendJourneyBuilder } from './framing-hosts';
import { sendLeavingPage, sendShellPage } from './shell-page';
import { ShellSessions } from './shell-sessions';

const COOKIE = 'mc-emulator-shell';

/**
 * Creates Marketing Cloud's own user interface around the apps of its menu: `GET /app-menu` on its host names, or on the
 * emulator's own. Requests for other addresses are passed on.
 */
export function createShell(core: Core): RequestHandler {
  const shellSessions = new ShellSessions();
  const router = Router();

  /** The id of the login host's session; undefined after the browser has been sent to sign in. */
  function requireSession(req: Request, res: Response): string | undefined {
    const id = shellSessions.find(parseCookie(req, COOKIE));
    if (id !== undefined && core.sessions.find(id) !== undefined) return id;
    const { shell, login } = getUrls(core, req);
    res.redirect(302, `${login}/hub-cas/login?service=${encodeURIComponent(shell)}`);
    return undefined;
  }

  router.get('/app-menu', (req, res) => {
    const { ticket } = req.query;
    if (typeof ticket === 'string') {
      const sessionId = core.sessions.redeemTicket(ticket, getUrls(core, req).shell);
      if (sessionId !== undefined) setShellCookie(core, res, shellSessions.open(sessionId));
      res.redirect(302, '/app-menu');
      return;
    }
    const signedIn = core.sessions.find(requireSession(req, res));
    if (signedIn === undefined) return;
    const apps = core.world.menuApps;
    const shown = apps[Number(req.query['app'] ?? 0)];
    sendShellPage(res, { signedIn, apps, shown, sandbox: core.settings.frameSandbox });
  });

  // As in Marketing Cloud, a switch signs the apps out and opens them anew.
  router.post('/app-menu/business-unit', express.urlencoded({ extended: false }), (req, res) => {
    const id = requireSession(req, res);
    if (id === undefined) return;
    const { id: unit } = Object(req.body) as { id?: unknown };
    core.sessions.switchBusinessUnit(id, Number(unit));
    sendLeavingPage(res, getLogoutUrls(core), '/app-menu');
  });

  router.get('/app-menu/sign-out', (req, res) => {
    const cookie = parseCookie(req, COOKIE);
    if (cookie !== undefined) shellSessions.close(cookie);
    const { login, shell } = getUrls(core, req);
    sendLeavingPage(res, getLogoutUrls(core), `${login}/hub-cas/logout?service=${encodeURIComponent(shell)}`);
  });

  // What they show of the user is the first one's, where the browser has no session of this host.
  const findUser = (req: Request): SignedIn | undefined =>
    core.sessions.find(shellSessions.find(parseCookie(req, COOKIE)));
  router.get('/content-builder', (req, res) => {
    const url = readFramed(req, res, 'block');
    if (url === undefined) return;
    sendContentBuilder(res, url, findUser(req) ?? getFirstUser(core), core.settings.frameSandbox);
  });
  router.get('/journey-builder', (req, res) => {
    const url = readFramed(req, res, 'activity');
    if (url === undefined) return;
    const subdomain = core.world.tenants[0]?.subdomain ?? '';
    const restHost = getBaseUrls(core, req)('rest', subdomain);
    sendJourneyBuilder(res, url, restHost, core.settings.frameSandbox);
  });

  return function shellOfMarketingCloud(req, res, next) {
    if (isShell(req.headers.host ?? '', req.path, core.origin)) router(req, res, next);
    else next();
  };
}

/** The page to be framed; undefined after the browser has been told what is missing. */
function readFramed(req: Request, res: Response, parameter: string): string | undefined {
  const url = req.query[parameter];
  if (typeof url === 'string' && /^https?:\/\//.test(url) && URL.canParse(url)) return url;
  res.status(400).type('text').send(`Say what to frame: ?${parameter}=https://127.0.0.1:3000/`);
  return undefined;
}

function getFirstUser({ world }: Core): SignedIn {
  const [tenant] = world.tenants;
  const [user] = tenant?.users ?? [];
  if (tenant === undefined || user === undefined) throw new Error('The world has no user.');
  return { tenant, user, businessUnitId: user.businessUnitIds[0] ?? tenant.enterpriseId };
}

function getLogoutUrls({ world }: Core): string[] {
  return world.menuApps.flatMap(({ logoutUrl }) => (logoutUrl === undefined ? [] : [logoutUrl]));
}

/** The shell's own URL and the login host's. */
function getUrls(core: Core, req: Request): { readonly shell: string; readonly login: string } {
  const host = (req.headers.host ?? '').toLowerCase();
  const { protocol } = new URL(core.origin);
  const shell = isRealHost(host) ? `${protocol}//${host}` : getOwnOrigin(host, core.origin);
  const login = getBaseUrls(core, req)('login', core.world.tenants[0]?.subdomain ?? '');
  return { shell: `${shell}/app-menu`, login };
}

/** Base URLs in the style of the request: with real host names, or by path. */
function getBaseUrls({ origin }: Core, req: Request): BaseUrls {
  const host = (req.headers.host ?? '').toLowerCase();
  if (!isRealHost(host)) return createBaseUrlsByPath(getOwnOrigin(host, origin));
  const [, port = ''] = /(:\d+)$/.exec(host) ?? [];
  return createBaseUrlsByHost(new URL(origin).protocol.replace(':', ''), port);
}

function isRealHost(host: string): boolean {
  return /\.com(?::\d+)?$/.test(host);
}

function setShellCookie(core: Core, res: Response, value: string): void {
  res.cookie(COOKIE, value, { path: '/app-menu', httpOnly: true, secure: core.settings.https, sameSite: 'lax' });
}
