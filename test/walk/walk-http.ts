/** An HTTP client that stores cookies per host, as browsers do, and follows redirects with GET. */
class Client {
  readonly #jars = new Map<string, Map<string, string>>();
  url = '';
  page = '';

  /** Loads a page, or sends a form with POST. */
  async open(url: string, form?: Record<string, string>): Promise<void> {
    let next: string | undefined = new URL(url, this.url === '' ? undefined : this.url).href;
    let body = form === undefined ? undefined : new URLSearchParams(form);
    for (let hops = 0; next !== undefined && hops < 10; hops += 1) {
      const { origin, hostname } = new URL(next);
      const jar = this.#jars.get(hostname) ?? new Map<string, string>();
      this.#jars.set(hostname, jar);
      const reply: Response = await fetch(next, {
        redirect: 'manual',
        headers: {
          accept: 'text/html',
          cookie: [...jar].map(([name, value]) => `${name}=${value}`).join('; '),
          ...(body !== undefined && { origin }),
        },
        ...(body !== undefined && { method: 'POST', body }),
      });
      for (const cookie of reply.headers.getSetCookie()) {
        const [name = '', value = ''] = (cookie.split(';')[0] ?? '').split(/=(.*)/s);
        jar.set(name, value);
      }
      this.url = next;
      this.page = await reply.text();
      const location = reply.headers.get('location');
      next = location === null ? undefined : new URL(location, next).href;
      body = undefined;
      if (reply.status >= 400) throw new Error(`${this.url} answered ${reply.status}.`);
    }
  }

  /** Gets the address of the first link whose text matches. */
  getLink(text: RegExp): string {
    for (const [, href = '', label = ''] of this.page.matchAll(/<a\b[^>]*\bhref="([^"]*)"[^>]*>(.*?)<\/a>/gs)) {
      if (text.test(label)) return href.replaceAll('&amp;', '&');
    }
    throw new Error(`${this.url} has no link ${String(text)}.`);
  }
}

/**
 * Signs in to the example app over HTTP: landing page, login page, dashboard. Returns the dashboard's address and its
 * number of table rows.
 *
 * @param others addresses of other processes of the app, whose dashboard is opened afterwards
 * @throws Error if the sign-in does not end on the dashboard, or another process does not know of it
 */
export async function signInOverHttp(address: string, ...others: readonly string[]): Promise<string> {
  const client = new Client();
  await client.open(address);
  await client.open(client.getLink(/sign in/i));
  const [, action = '', form = ''] = /<form\b[^>]*\baction="([^"]*)"[^>]*>(.*?)<\/form>/s.exec(client.page) ?? [];
  const fields = Object.fromEntries(
    [...form.matchAll(/<input\b[^>]*\bname="([^"]*)"[^>]*\bvalue="([^"]*)"/g)].map(([, name = '', value = '']) => [
      name,
      value,
    ]),
  );
  await client.open(action.replaceAll('&amp;', '&'), { ...fields, username: 'maya.lind' });
  const rows = [...client.page.matchAll(/<tr\b/g)].length;
  if (!client.url.startsWith(address) || !client.page.includes('Maya Lind') || rows < 10) {
    throw new Error(`The sign-in ended at ${client.url} with ${rows} table rows.`);
  }
  const dashboard = client.url;
  for (const other of others) {
    await client.open(dashboard.replace(address, other));
    if (!client.url.startsWith(other) || !client.page.includes('Maya Lind')) {
      throw new Error(`The sign-in does not count at ${other}, which ended at ${client.url}.`);
    }
  }
  return `${dashboard} with ${rows} rows`;
}
