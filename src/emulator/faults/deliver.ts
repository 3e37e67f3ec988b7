import type { ServerResponse } from 'node:http';
import type { Answer } from './answer';
import type { BreakPoint, Fault } from './fault';

/** How long the client has to read what was sent before the connection is reset. */
const READING_TIME_MS = 20;

/** Resets the connection of a response: the client sees `ECONNRESET`. */
export type Reset = (res: ServerResponse) => void;

/** Waits for `delayMs` and `until` of a fault. Resolves to false when the connection has been closed. */
export async function waitFor({ delayMs, until }: Fault, res: ServerResponse): Promise<boolean> {
  const gone = new Promise<void>((resolve) => res.once('close', resolve));
  if (delayMs !== undefined) {
    let timer: NodeJS.Timeout | undefined;
    const delay = new Promise((resolve) => {
      timer = setTimeout(resolve, delayMs);
    });
    await Promise.race([delay, gone]);
    clearTimeout(timer);
  }
  if (until !== undefined) await Promise.race([until.catch(() => undefined), gone]);
  return !res.destroyed;
}

/** Sends an answer as the fault says: whole, interrupted, byte by byte, repeated, or as raw bytes. */
export function deliver(answer: Answer, fault: Fault, res: ServerResponse, reset: Reset): void {
  if (fault.raw !== undefined) {
    res.socket?.end(fault.raw);
    return;
  }
  const breakPoint = fault.drop ?? fault.hang;
  if (breakPoint !== undefined) {
    interrupt(answer, breakPoint, res, () => {
      if (fault.drop !== undefined) reset(res);
    });
  } else if (fault.drip !== undefined) drip(answer, fault.drip, res);
  else if (fault.repeat !== undefined) repeat(answer, fault.repeat, res);
  else send(answer, res).end(answer.body);
}

function send({ status, headers }: Answer, res: ServerResponse): ServerResponse {
  return res.writeHead(status, headers);
}

function interrupt(answer: Answer, point: BreakPoint, res: ServerResponse, then: () => void): void {
  if (point === 'before-headers') {
    then();
    return;
  }
  // The length is more than what is sent, so that no client takes the part for the whole body.
  const headers = { ...answer.headers, 'content-length': Math.max(answer.body.length, 2) };
  send({ ...answer, headers }, res).flushHeaders();
  if (point === 'mid-body') {
    const half = answer.body.subarray(0, Math.max(1, Math.floor(answer.body.length / 2)));
    res.write(half.length === 0 ? ' ' : half);
  }
  // A reset discards what the client has not read yet. A client in this process gets one more turn of the event loop,
  // because on a busy machine the time can be over before it has run.
  const timer = setTimeout(() => setImmediate(then), READING_TIME_MS);
  res.once('close', () => clearTimeout(timer));
}

function drip(answer: Answer, { intervalMs, endless = false }: NonNullable<Fault['drip']>, res: ServerResponse): void {
  const headers = { ...answer.headers };
  if (endless) delete headers['content-length'];
  send({ ...answer, headers }, res).flushHeaders();
  let sent = 0;
  const timer = setInterval(() => {
    if (sent < answer.body.length) res.write(answer.body.subarray(sent, sent + 1));
    else if (endless) res.write(' ');
    sent += 1;
    if (sent >= answer.body.length && !endless) {
      clearInterval(timer);
      res.end();
    }
  }, intervalMs);
  res.once('close', () => clearInterval(timer));
}

function repeat(answer: Answer, times: number, res: ServerResponse): void {
  const headers = { ...answer.headers };
  delete headers['content-length'];
  send({ ...answer, headers }, res);
  let left = times;
  const pump = () => {
    while (left > 0 && !res.destroyed) {
      left -= 1;
      if (!res.write(answer.body)) {
        res.once('drain', pump);
        return;
      }
    }
    if (!res.destroyed) res.end();
  };
  pump();
}
