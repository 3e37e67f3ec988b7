import type { Request } from 'express';
import { isStillAllowed, type Core } from '../core';
import type { Issued } from '../tokens/ledger';

/** What a request brought to prove its right: a live token of this tenant, one that is none, or nothing. */
export type Bearer = { readonly token: Issued } | 'invalid' | 'missing';

/** Reads the `Authorization` header. A token counts only on its own tenant's hosts. */
export function bearerOf(core: Core, req: Request): Bearer {
  const header = req.headers.authorization?.trim() ?? '';
  if (header === '') return 'missing';
  return checkToken(core, req, /^Bearer +(\S+)$/i.exec(header)?.[1]);
}

/** Judges a token wherever it was found: SOAP has it in the envelope. */
export function checkToken(core: Core, req: Request, value: string | undefined): Exclude<Bearer, 'missing'> {
  const token = value === undefined ? undefined : core.ledger.accessTokens.get(value);
  const isGood =
    token !== undefined &&
    token.tenant === core.exchangeOf(req).tenant &&
    core.ledger.isLive(token) &&
    isStillAllowed(core, token);
  return isGood ? { token } : 'invalid';
}
