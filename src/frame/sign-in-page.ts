import type { ServerResponse } from 'node:http';
import type { Engine } from '../api/engine';
import type { AppRequest } from '../session/app-request';
import { findDuplicateCookie } from './duplicate-cookies';
import type { Embedding } from './embedding';
import { hasHeldSignIn, setProbeCookie } from './probe-cookie';
import { sendPage } from './send-page';
import { findCookieMistake } from './sign-in-blocks';

/** What the sign-in page is made of. */
export interface SignInPage {
  /** 200 on the login route, 401 where the guard answers with it. */
  readonly status: number;
  /** The login route, with where to go on; the page's own address by default, which a proxy may have changed on its way. */
  readonly loginUrl?: string | undefined;
  readonly embedding: Embedding;
  readonly engine: Engine;
}

/**
 * Answers a request inside a frame with the page that signs its user in. Nothing is stored. Where the session's cookie
 * cannot come back, the page says that to the user, and to developers in its title.
 */
export function sendSignInPage(req: AppRequest, res: ServerResponse, page: SignInPage): void {
  const { engine, loginUrl, embedding } = page;
  const mistake = findCookieMistake(req, engine.name, engine.origin.startsWith('https:'));
  const isLoadedByApp = req.headers['sec-fetch-site'] === 'same-origin';
  // It would keep Marketing Cloud out of the page's hidden frame. A page of the app under it shows no frame without it.
  if (!isLoadedByApp) res.removeHeader('Cross-Origin-Embedder-Policy');
  if (req.session !== undefined) setProbeCookie(res, req.session);
  sendPage(res, {
    name: 'sign-in',
    status: findDuplicateCookie(req) === undefined ? page.status : 503,
    state: mistake === undefined ? 'starting' : 'cookies-blocked',
    title: mistake?.hint,
    config: {
      loginUrl,
      isBlocked: mistake !== undefined,
      hasHeld: hasHeldSignIn(req),
      // Only Marketing Cloud's own shell may have the page leave by itself: see `leaveDirectly` in the page's script.
      isLoadedByApp,
    },
    frameAncestors: embedding.frameAncestors,
    frameSources: engine.frameSources,
  });
}
