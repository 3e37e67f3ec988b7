import { MarketingCloudError, type ErrorCode } from '../errors';
import { getDestination } from '../frame/destination';
import { findDuplicateCookie } from '../frame/duplicate-cookies';
import { getEmbedding, type Embedding } from '../frame/embedding';
import { markState, unmarkState } from '../frame/framed-state';
import { hasProbeCookie } from '../frame/probe-cookie';
import { sendSignInPage } from '../frame/sign-in-page';
import type { SignInBlock } from '../grants/events';
import { answer, answerJson } from '../session/answers';
import type { ServerResponse } from 'node:http';
import type { RequestTarget } from './request-target';
import { assertCookieComesBack, assertFramedCookie, getSession } from './session-check';
import { assertOneSessionCookie, publishBlock } from './sign-in-blocks';
import { SignInCookie } from './sign-in-cookie';
import type { SignInFlow } from './sign-in-flow';
import { beginSignIn } from './start-sign-in';

/**
 * Answers the login route of an app that is embedded: a frame gets the page that signs in, and that page's script gets
 * where to sign in. False for everything else, such as the address bar.
 */
export async function answerFramedStart(flow: SignInFlow, target: RequestTarget): Promise<boolean> {
  const { req, res } = flow;
  const embedding = getEmbedding(req);
  if (embedding === undefined || res === undefined) return false;
  const destination = getDestination(req);
  if (destination === 'frame') answerByPage(flow, res, embedding);
  else if (destination === 'data') await answerByData(flow, target, res);
  else return false;
  return true;
}

function answerByPage(flow: SignInFlow, res: ServerResponse, embedding: Embedding): void {
  const { parts, req } = flow;
  const blockedBy = findCookieMistake(flow);
  sendSignInPage(req, res, {
    status: 200,
    loginUrl: req.originalUrl ?? req.url ?? '/',
    embedding,
    blockedBy: blockedBy?.hint,
    frameSources: parts.engine.frameSources,
  });
}

/** Why the session's cookie cannot come back in a frame, as the app has set it up. */
function findCookieMistake(flow: SignInFlow): MarketingCloudError | undefined {
  const { req } = flow;
  try {
    const session = getSession(req);
    assertOneSessionCookie(flow);
    assertCookieComesBack(req, session);
    assertFramedCookie(req, session);
    return undefined;
  } catch (error) {
    if (!(error instanceof MarketingCloudError)) throw error;
    if (findDuplicateCookie(req) === undefined) publishBlock(flow, 'cookie_options', error.hint);
    return error;
  }
}

/** For the page's own script, and no other site's: it could get a `state` that is good in this browser. */
async function answerByData(flow: SignInFlow, target: RequestTarget, res: ServerResponse): Promise<void> {
  const { req } = flow;
  if (req.headers['sec-fetch-site'] !== 'same-origin') {
    publishBlock(flow, 'cross_origin');
    answerJson(res, 403, { error: 'cross_origin' });
    return;
  }
  const reported = req.headers['x-sign-in-blocked'];
  if (reported !== undefined) {
    if (reported === 'too_often') publishBlock(flow, reported);
    answer(res, 204);
    return;
  }
  try {
    const session = getSession(req);
    assertOneSessionCookie(flow);
    assertCookieComesBack(req, session);
    if (!hasProbeCookie(req)) refuse(flow, res, 'cookies_blocked');
    else if (isStillPending(flow)) refuse(flow, res, 'sign_in_lost');
    else answerJson(res, 200, { authorizeUrl: await beginSignIn(flow, target, markState) });
  } catch (error) {
    if (!(error instanceof MarketingCloudError)) throw error;
    const { code, hint, status } = error;
    answerJson(res, status, { error: code satisfies ErrorCode, hint });
  }
}

/** Whether the sign-in that the page began last has not come back: this browser still holds its cookie. */
function isStillPending({ req, cookies }: SignInFlow): boolean {
  const last = req.headers['x-sign-in-last'];
  if (typeof last !== 'string' || last === '') return false;
  const value = new SignInCookie(cookies, unmarkState(last)).read();
  return value !== undefined && 'secret' in value;
}

function refuse(flow: SignInFlow, res: ServerResponse, reason: SignInBlock): void {
  publishBlock(flow, reason);
  answerJson(res, 409, { error: reason });
}
