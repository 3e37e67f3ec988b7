import type { ServerResponse } from 'node:http';
import type { AppRequest } from '../session/app-request';
import type { Embedding } from './embedding';
import { setProbeCookie } from './probe-cookie';
import { sendPage } from './send-page';

/** What the sign-in page is told. */
export interface SignInPage {
  /** 200 on the login route, 401 where the guard answers with it. */
  readonly status: number;
  /** The login route, with where to go on. */
  readonly loginUrl: string;
  readonly embedding: Embedding;
  /** Why no sign-in can work, for developers. */
  readonly blockedBy?: string | undefined;
  /** The origin of Marketing Cloud, where it is not https: the emulator's. */
  readonly frameSources?: readonly string[] | undefined;
}

/** Answers a request inside a frame with the page that signs its user in. Nothing is stored. */
export function sendSignInPage(req: AppRequest, res: ServerResponse, page: SignInPage): void {
  if (req.session !== undefined) setProbeCookie(res, req.session);
  const isBlocked = page.blockedBy !== undefined;
  sendPage(res, {
    name: 'sign-in',
    status: page.status,
    state: isBlocked ? 'cookies-blocked' : 'starting',
    title: page.blockedBy,
    config: {
      loginUrl: page.loginUrl,
      isBlocked,
      // Only Marketing Cloud's own shell may have the page leave by itself: see `leaveDirectly` in the page's script.
      isLoadedByApp: req.headers['sec-fetch-site'] === 'same-origin',
    },
    frameAncestors: page.embedding.frameAncestors,
    frameSources: page.frameSources,
  });
}
