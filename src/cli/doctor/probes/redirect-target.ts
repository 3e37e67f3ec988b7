import type { OpenAnswer } from '../../../http/open-answer';

/** The target of a redirect, which may be relative to the URL that was asked for. Undefined if there is none. */
export function getRedirectTarget({ headers }: OpenAnswer, askedUrl: string): URL | undefined {
  const location = headers.get('location');
  return location !== undefined && URL.canParse(location, askedUrl) ? new URL(location, askedUrl) : undefined;
}
