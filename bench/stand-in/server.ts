import { createServer } from 'node:https';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { childConfig, serveOrders } from '../harness/child-process';
import { tokenAnswer, userinfoAnswer } from './answers';

/** Orders of the stand-in's process. */
export interface StandInOrders {
  origin(): string;
  /** How long later tokens live, and how long a token call takes. */
  setTokens(tokens: { readonly expiresInSeconds: number; readonly delayMs: number }): void;
  /** The number of token calls since the last time it was asked. */
  takeTokenCalls(): number;
}

/** Longer than any pause of a benchmark, so that the client decides how long a connection is kept. */
const KEEP_ALIVE_MS = 120_000;

const { key, cert } = childConfig() as { readonly key: string; readonly cert: string };
const server = createServer({ key, cert }, answer);
server.keepAliveTimeout = KEEP_ALIVE_MS;

let tokens = { expiresInSeconds: 1_079, delayMs: 0 };
let tokenCalls = 0;
let origin = '';
let userinfo = '';

/** Reads each request whole and answers by the end of its path: token, userinfo, or an API. */
function answer(req: IncomingMessage, res: ServerResponse): void {
  req.resume().once('end', () => {
    const path = req.url ?? '';
    if (path.endsWith('/v2/token')) {
      tokenCalls += 1;
      const body = tokenAnswer(publicOrigin(req), tokens.expiresInSeconds);
      if (tokens.delayMs === 0) sendJson(res, body);
      else setTimeout(() => sendJson(res, body), tokens.delayMs);
    } else if (path.endsWith('/v2/userinfo')) {
      sendJson(res, req.headers.host === new URL(origin).host ? userinfo : userinfoAnswer(publicOrigin(req)));
    } else {
      sendJson(res, '{"count":0,"items":[]}');
    }
  });
}

/** The origin that the client used: a link with a delay stands at another port. */
function publicOrigin(req: IncomingMessage): string {
  return `https://${req.headers.host ?? ''}`;
}

function sendJson(res: ServerResponse, body: string): void {
  res.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) });
  res.end(body);
}

server.listen(0, '127.0.0.1', () => {
  origin = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
  userinfo = userinfoAnswer(origin);
  serveOrders<StandInOrders>({
    origin: () => origin,
    setTokens: (next) => {
      tokens = next;
    },
    takeTokenCalls: () => {
      const calls = tokenCalls;
      tokenCalls = 0;
      return calls;
    },
  });
});
