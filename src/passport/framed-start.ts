import { isRefusal, MarketingCloudError, type ErrorCode } from '../errors';
import { getDestination } from '../frame/destination';
import { getEmbedding, type Embedding } from '../frame/embedding';
import { markState, unmarkState } from '../frame/framed-state';
import { hasProbeCookie } from '../frame/probe-cookie';
import { assertOneSessionCookie, publishBlock } from '../frame/sign-in-blocks';
import { sendSignInPage } from '../frame/sign-in-page';
import type { SignInBlock } from '../grants/events';
import { answer, answerJson } from '../session/answers';
import type { ServerResponse } from 'node:http';
import type { RequestTarget } from '../session/request-target';
import { assertCookieComesBack, getSession } from '../session/session-check';
import { publishRefusal } from './sign-in-events';
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
  sendSignInPage(req, res, { status: 200, embedding, engine: parts.engine });
}

/** For the page's own script, and no other site's: it could get a `state` that is good in this browser. */
async function answerByData(flow: SignInFlow, target: RequestTarget, res: ServerResponse): Promise<void> {
  const { req } = flow;
  if (req.headers['sec-fetch-site'] !== 'same-origin') {
    publishBlock(flow.parts.engine.name, 'cross_origin');
    answerJson(res, 403, { error: 'cross_origin' });
    return;
  }
  const reported = req.headers['x-sign-in-blocked'];
  if (reported !== undefined) {
    if (reported === 'too_often') publishBlock(flow.parts.engine.name, reported);
    answer(res, 204);
    return;
  }
  try {
    const session = getSession(req);
    assertOneSessionCookie(req, flow.parts.engine.name);
    assertCookieComesBack(req, session, flow.parts.isHttps);
    if (!hasProbeCookie(req)) refuse(flow, res, 'cookies_blocked');
    else if (isStillPending(flow)) refuse(flow, res, 'sign_in_lost');
    else answerJson(res, 200, { authorizeUrl: await beginSignIn(flow, target, markState) });
  } catch (error) {
    if (!(error instanceof MarketingCloudError)) throw error;
    publishRefusal(flow.parts.engine.name, error, {
      outcome: isRefusal(error) ? 'fail' : 'error',
      startedAt: flow.startedAt,
    });
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
  publishBlock(flow.parts.engine.name, reason);
  answerJson(res, 409, { error: reason });
}
