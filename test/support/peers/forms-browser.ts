const MOST_STEPS = 12;

/**
 * Goes the way of a browser from an authorize URL to the app's callback, which is given and not opened: follows
 * redirects, keeps cookies, and submits each form that it meets with its hidden fields and what is given for the others.
 */
export async function signInThroughForms(
  authorizeUrl: string,
  callback: string,
  filledIn: Readonly<Record<string, string>> = {},
): Promise<string> {
  const cookies = new Map<string, string>();
  let url = authorizeUrl;
  let form: URLSearchParams | undefined;
  for (let step = 0; step < MOST_STEPS; step += 1) {
    const response = await fetch(url, {
      redirect: 'manual',
      headers: { cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; ') },
      ...(form === undefined ? {} : { method: 'POST', body: form }),
    });
    keep(cookies, response);
    const page = await response.text();
    const next = response.headers.get('location') ?? /<form[^>]* action="([^"]+)"/.exec(page)?.[1];
    if (next === undefined) throw new Error(`ended on a page (${response.status}): ${page.slice(0, 500)}`);
    form = response.headers.has('location') ? undefined : fill(page, filledIn);
    url = new URL(next, url).href;
    if (url.startsWith(callback)) return url;
  }
  throw new Error('redirected too often');
}

function keep(cookies: Map<string, string>, response: Response): void {
  for (const line of response.headers.getSetCookie()) {
    const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
    if (value === '') cookies.delete(name);
    else cookies.set(name, value);
  }
}

function fill(page: string, filledIn: Readonly<Record<string, string>>): URLSearchParams {
  const hidden = [...page.matchAll(/<input type="hidden" name="([^"]+)" value="([^"]*)"/g)];
  const asked = Object.entries(filledIn).filter(([name]) => page.includes(`name="${name}"`));
  return new URLSearchParams([
    ...hidden.map(([, name = '', value = '']) => [name, value] as [string, string]),
    ...asked,
  ]);
}
