import type { Response } from 'express';
import { html, Html } from '../login/html-template';
import type { SignedIn } from '../tokens/login-sessions';
import type { MenuApp } from '../world/model';
import { sendPageWithScript, toLiteral } from './page-with-script';

/** What the shell shows. */
export interface ShellView {
  readonly signedIn: SignedIn;
  readonly apps: readonly MenuApp[];
  /** The app in the frame. */
  readonly shown: MenuApp | undefined;
  /** The `sandbox` attribute of the frame. */
  readonly sandbox: string | undefined;
}

/** Sends the shell: a header, a business-unit switcher, the app menu, and the app in a frame. */
export function sendShellPage(res: Response, { signedIn, apps, shown, sandbox }: ShellView): void {
  const { user, tenant, businessUnitId } = signedIn;
  const units = tenant.businessUnits.filter(({ id }) => user.businessUnitIds.includes(id));
  const policy = sandbox === undefined ? undefined : html` sandbox="${sandbox}"`;
  send(
    res,
    'Marketing Cloud',
    () =>
      html`<header>
          <strong>Marketing Cloud</strong>
          <nav aria-label="Apps">
            ${apps.map(
              (app, index) =>
                html`<a href="/app-menu?app=${index}" ${app === shown ? new Html('aria-current="page"') : undefined}
                  >${app.name}</a
                > `,
            )}
          </nav>
          <form method="post" action="/app-menu/business-unit">
            <label for="unit">Business unit</label>
            <select id="unit" name="id">
              ${units.map(
                ({ id, name }) =>
                  html`<option value="${id}" ${id === businessUnitId ? new Html('selected') : undefined}>
                    ${name}
                  </option>`,
              )}
            </select>
            <button>Switch</button>
          </form>
          <span>${user.name}</span>
          <a href="/app-menu/sign-out">Sign out</a>
        </header>
        ${
          shown === undefined
            ? html`<p>Choose an app. Apps are in <code>menuApps</code> of the emulator.</p>`
            : html`<iframe name="app" title="${shown.name}" src="${shown.loginUrl}" ${policy}></iframe>`
        }`,
  );
}

/** Sends a page that calls logout endpoints as Marketing Cloud does, by a GET of the browser, and then moves on. */
export function sendLeavingPage(res: Response, logoutUrls: readonly string[], next: string): void {
  send(
    res,
    'One moment',
    (nonce) =>
      html`<p role="status">Signing apps out…</p>
        <script nonce="${nonce}">
          const { logoutUrls, next } = ${toLiteral({ logoutUrls, next })};
          const call = (url) =>
            new Promise((done) => Object.assign(new Image(), { onload: done, onerror: done, src: url }));
          Promise.all(logoutUrls.map(call)).then(() => location.replace(next));
        </script>`,
  );
}

const STYLE = `body { margin: 0; font: 1rem/1.5 system-ui, sans-serif; display: flex; flex-direction: column; min-height: 100vh; }
header { display: flex; flex-wrap: wrap; align-items: center; gap: 1rem; padding: .5rem 1rem; color: #fff; background: #16325c; }
header a { color: #fff; } nav { flex: 1; display: flex; gap: 1rem; } [aria-current] { font-weight: 700; }
.notice { margin: 0; padding: .25rem 1rem; color: #4d3800; background: #fff3d1; }
iframe { flex: 1; min-height: 70vh; width: 100%; border: 0; } p { padding: 0 1rem; }`;

const NOTICE = html`<p class="notice" role="note">
  <strong>Emulator.</strong> This is not Salesforce and not for production.
</p>`;

function send(res: Response, title: string, content: (nonce: string) => Html): void {
  sendPageWithScript(res, {
    title,
    style: STYLE,
    content: (nonce) => html`${NOTICE} ${content(nonce)}`,
    policy: ['img-src * data:', "frame-ancestors 'none'"],
  });
}
