import { isLoopback } from '../../../tenant';
import type { Facts } from '../facts';
import { failed, passed, skipped, warned, type Finding } from '../finding';
import { PAGES } from '../pages';
import type { Rule } from '../rule';

const UNKNOWN = 'MC_CALLBACK_URL cannot be read.';

export const callbackRules: readonly Rule[] = [
  {
    id: 'callback-url',
    subject: 'Redirect URL',
    title: 'MC_CALLBACK_URL is an absolute URL',
    docs: PAGES.considerations,
    check: checkUrl,
  },
  {
    id: 'callback-https',
    subject: 'Redirect URL',
    title: 'The redirect URL is https',
    docs: PAGES.considerations,
    check: withUrl(checkProtocol),
  },
  {
    id: 'callback-host',
    subject: 'Redirect URL',
    title: 'The redirect URL does not name localhost',
    docs: PAGES.considerations,
    check: withUrl(checkHost),
  },
  {
    id: 'callback-plain',
    subject: 'Redirect URL',
    title: 'The redirect URL is plain',
    docs: PAGES.redirectEndpoint,
    check: withUrl(checkParts),
  },
  {
    id: 'callback-exact',
    subject: 'Redirect URL',
    title: 'The redirect URL is written as browsers write it',
    docs: PAGES.considerations,
    check: withUrl(checkSpelling),
  },
  {
    id: 'callback-port',
    subject: 'Redirect URL',
    title: 'PORT is that of the redirect URL',
    docs: PAGES.considerations,
    check: checkPort,
  },
];

function withUrl(check: (url: URL, facts: Facts) => Finding): (facts: Facts) => Finding {
  return (facts) => (facts.callback === undefined ? skipped(UNKNOWN) : check(facts.callback, facts));
}

function checkUrl({ get, callback }: Facts): Finding {
  const given = get('MC_CALLBACK_URL');
  if (given === undefined) {
    return failed(
      'MC_CALLBACK_URL is not set.',
      `Set it to a redirect URL of the API integration; on this machine: MC_CALLBACK_URL=https://127.0.0.1:${get('PORT') ?? '3000'}/auth/callback`,
    );
  }
  if (/^https?%3a/i.test(given)) {
    return failed(
      'MC_CALLBACK_URL is URL-encoded.',
      'Write it in plain text, https://…, here and in Installed Packages.',
    );
  }
  if (callback === undefined || !/^https?:$/.test(callback.protocol)) {
    return failed(
      'MC_CALLBACK_URL is not an absolute http(s) URL.',
      'Write it with scheme, host and path: https://app.example.com/auth/callback',
    );
  }
  return passed(showUrl(callback));
}

function checkProtocol(url: URL, { isEmulator }: Facts): Finding {
  if (url.protocol === 'https:') return passed('https');
  const right = showUrl(Object.assign(new URL(url), { protocol: 'https:' }));
  return isEmulator && isLoopback(url)
    ? warned(
        'http: on this machine, which the emulator accepts and Marketing Cloud does not.',
        `For Marketing Cloud: ${right}`,
      )
    : failed('Marketing Cloud accepts no http: redirect URL, not on this machine either.', `Register and set ${right}`);
}

function checkHost(url: URL, { isEmulator }: Facts): Finding {
  const right = showUrl(Object.assign(new URL(url), { hostname: '127.0.0.1' }));
  if (/(?:^|\.)localhost$/.test(url.hostname)) {
    return isEmulator
      ? warned('localhost, which the emulator accepts and Marketing Cloud does not.', `For Marketing Cloud: ${right}`)
      : failed('Marketing Cloud does not accept localhost in a redirect URL.', `Register and set ${right}`);
  }
  if (isLoopback(url) && url.hostname !== '127.0.0.1') {
    return warned(`Of the addresses of this machine only 127.0.0.1 is documented.`, `Register and set ${right}`);
  }
  return passed(url.hostname);
}

function checkParts(url: URL, { get }: Facts): Finding {
  const text = get('MC_CALLBACK_URL') ?? '';
  const right = `Register and set ${showUrl(url)}`;
  if (text.includes('*'))
    return failed(
      'Marketing Cloud accepts no wildcard.',
      'Register each redirect URL by itself; there is room for ten.',
    );
  if (text.includes('#')) return failed('A redirect URL must not have a fragment.', right);
  if (url.username !== '' || url.password !== '') return failed('It holds a user name or a password.', right);
  if (text.includes('?')) {
    return warned(
      'It has a query. Marketing Cloud appends code and state, and does not document what becomes of a query.',
      `${right}; keep what the query says in returnTo.`,
      PAGES.authorize,
    );
  }
  return passed('no wildcard, query, fragment or user name');
}

function checkSpelling(url: URL, { get }: Facts): Finding {
  const given = get('MC_CALLBACK_URL') ?? '';
  const exact = 'Marketing Cloud compares it letter by letter: scheme, port, path and final slash';
  const written = showUrl(url);
  const plain = given.replace(/[?#].*$/s, '');
  // A URL without a path is written with a slash by browsers; both forms are registered in practice.
  const isSame = plain === written || `${plain}/` === written || url.username !== '';
  if (isSame) return passed(`${exact}. Register exactly this one.`);
  return warned(
    `${exact}. Browsers write it otherwise: letter case of the host, default port, dots or characters in the path.`,
    `Register and set ${written}`,
  );
}

function checkPort({ get, callback }: Facts): Finding {
  const given = get('PORT');
  if (given !== undefined && (!/^\d{1,5}$/.test(given) || Number(given) > 65_535)) {
    return failed('PORT is not a number from 0 to 65535.', 'Set a port number, or unset it.');
  }
  if (callback === undefined) return skipped(UNKNOWN);
  if (!isLoopback(callback)) {
    return passed(
      given === undefined ? 'a proxy ends TLS for that host' : `a proxy ends TLS for that host, and leads to ${given}`,
    );
  }
  const expected = callback.port || (callback.protocol === 'https:' ? '443' : '80');
  if (given === undefined)
    return skipped('PORT is not set.', `Let the app listen on ${expected}, the port of MC_CALLBACK_URL.`);
  if (Number(given) === Number(expected)) return passed(expected);
  return failed(
    `PORT is ${Number(given)}, but MC_CALLBACK_URL leads to port ${expected} of this machine.`,
    `Set PORT=${expected}, or register and set a redirect URL with port ${Number(given)}.`,
  );
}

/** Without user name, query and fragment, which may hold secrets. */
export function showUrl(url: URL): string {
  return `${url.protocol}//${url.host}${url.pathname}`;
}
