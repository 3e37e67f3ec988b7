import type { ServerResponse } from 'node:http';

/** An answer without a body. */
export function answer(res: ServerResponse, status: number, headers: Record<string, string> = {}): 'answered' {
  res.statusCode = status;
  for (const [name, value] of Object.entries({ ...headers, 'Content-Length': '0' })) res.setHeader(name, value);
  res.end();
  return 'answered';
}

/** An answer in JSON that is not kept anywhere. */
export function answerJson(res: ServerResponse, status: number, body: object): 'answered' {
  res.statusCode = status;
  res.setHeader('Cache-Control', 'no-store');
  res.setHeader('Content-Type', 'application/json; charset=utf-8');
  res.end(JSON.stringify(body));
  return 'answered';
}
