import type { ServerResponse } from 'node:http';
import { beforeHead } from '../frame/before-head';
import { getDestination } from '../frame/destination';
import { getEmbedding } from '../frame/embedding';
import { isMarkedState } from '../frame/framed-state';
import { sendPage } from '../frame/send-page';
import { publishBlock } from '../frame/sign-in-blocks';
import { getStrippedPrefix } from '../session/paths';
import type { RequestTarget } from '../session/request-target';
import type { SignInFlow } from './sign-in-flow';

/** The query of the landing page: where the app wants to go on, and whether its user is signed in. */
const LANDED = 'landed';
/** The name of the entry in `Server-Timing` that has the code of a refusal: see `pages/sign-in.js`. */
const REFUSAL = 'marketing-cloud-refusal';

/** Whether a request is for the landing page, which stands on the callback's own path. */
export function isLanding({ path, query }: RequestTarget, callbackPath: string): boolean {
  return query.has(LANDED) && getStrippedPrefix(path, callbackPath) !== undefined;
}

/** The last page in the hidden frame: no session is read, and nothing consumed. */
export function answerLanding({ req, res }: SignInFlow): boolean {
  const embedding = getEmbedding(req);
  if (embedding === undefined || res === undefined) return false;
  sendPage(res, { name: 'landing', status: 200, state: 'landing', frameAncestors: embedding.frameAncestors });
  return true;
}

/**
 * Answers the callback of a sign-in that runs inside a frame. In a window that the frame has opened the answer is the relay
 * page, which hands the query back: no session is read, and nothing consumed. In the frame itself the callback goes on as
 * usual, and false is returned; the redirect that it ends in leads to the landing page.
 */
export function answerFramedCallback(flow: SignInFlow, { query }: RequestTarget): boolean {
  const { req, res } = flow;
  const embedding = getEmbedding(req);
  if (embedding === undefined || res === undefined) return false;
  const destination = getDestination(req);
  const isMarked = isMarkedState(query.get('state'));
  if (destination === 'document' && isMarked) {
    // The opener is cut off by any other value.
    res.setHeader('Cross-Origin-Opener-Policy', 'unsafe-none');
    sendPage(res, { name: 'relay', status: 200, state: 'relay', frameAncestors: embedding.frameAncestors });
    return true;
  }
  if (destination === 'frame') beforeHead(res, () => answerInFrame(flow, res, isMarked));
  return false;
}

/**
 * The app's redirect stays on its own origin. That of a hidden frame leads to the landing page, which says where to go. With
 * a page of the app's own for a refusal goes its code, in the one header that the page around the frame can read.
 */
function answerInFrame(flow: SignInFlow, res: ServerResponse, isHidden: boolean): void {
  const { parts, hasSucceeded, refusedBy } = flow;
  const location = res.getHeader('Location');
  if (res.statusCode < 300 || res.statusCode > 399 || typeof location !== 'string') {
    if (isHidden && refusedBy !== undefined) res.appendHeader('Server-Timing', `${REFUSAL};desc="${refusedBy}"`);
    return;
  }
  const to = toOwnPath(location, parts.engine.origin);
  if (isHidden) {
    const landed = encodeURIComponent(to);
    res.setHeader('Location', `${parts.engine.callbackPath}?${LANDED}=${landed}${hasSucceeded ? '&ok' : ''}`);
  } else if (hasSucceeded && to === '/') {
    res.setHeader('Location', to);
  }
}

/** The app's redirect as a path; the app's first page where it leads to another origin. */
function toOwnPath(location: string, origin: string): string {
  if (!URL.canParse(location, origin)) return '/';
  const url = new URL(location, origin);
  return url.origin === origin ? url.pathname + url.search + url.hash : '/';
}

/**
 * Explains a callback whose cookie did not come back, where the app has no page for refusals: going to the login route
 * again would end in the same. False where the app answers, or where no page is asked for.
 */
export function explainMissingCookie(flow: SignInFlow): boolean {
  const { req, res } = flow;
  const embedding = getEmbedding(req);
  if (embedding === undefined || res === undefined || res.headersSent || flow.answersRefusals) return false;
  publishBlock(flow.parts.engine.name, 'cookies_blocked');
  const destination = getDestination(req);
  if (destination === 'data' || (destination === undefined && req.headers['sec-fetch-dest'] !== undefined))
    return false;
  sendPage(res, {
    name: 'cookie-missing',
    status: 403,
    state: 'cookies-blocked',
    frameAncestors: embedding.frameAncestors,
  });
  return true;
}
