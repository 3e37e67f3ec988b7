import { html, type Html } from './html.js';

/** An asset of Content Builder, as far as this app shows it. */
export interface Asset {
  readonly id: number;
  readonly name: string;
  readonly assetType: { readonly displayName: string };
}

/** What a user reads after a refused sign-in, by the package's code. */
const REFUSALS: ReadonlyMap<string, string> = new Map([
  ['access_denied', 'Marketing Cloud did not let you in, or you did not agree.'],
  ['user_not_licensed', 'An administrator has to license you for this app: Installed Packages, tab Access.'],
  ['business_unit_denied', 'You do not have access to this business unit.'],
  ['invalid_state', 'The sign-in was started in another browser, or more than ten minutes ago.'],
  ['sign_in_expired', 'The sign-in took too long.'],
]);

const SIGN_OUT = html`<form method="post" action="/logout"><button>Sign out</button></form>`;

export function homePage(user?: Express.User): string {
  return page(
    'Marketing Cloud app',
    user === undefined
      ? html`<p><a href="/login?returnTo=/assets">Sign in with Marketing Cloud</a></p>`
      : html`<p>Signed in as ${user.displayName}.</p>
          <p><a href="/assets">Your assets</a></p>
          ${SIGN_OUT}`,
  );
}

export function assetsPage(user: Express.User, assets: readonly Asset[]): string {
  return page(
    'Your assets',
    html`<p>Signed in as ${user.displayName}, in business unit ${user.businessUnitId}.</p>
      <table>
        <tr>
          <th>Name</th>
          <th>Type</th>
        </tr>
        ${assets.map(
          ({ name, assetType }) =>
            html`<tr>
              <td>${name}</td>
              <td>${assetType.displayName}</td>
            </tr>`,
        )}
      </table>
      ${SIGN_OUT}`,
  );
}

export function signInFailedPage(code: string): string {
  return page(
    'You are not signed in',
    html`<p>${REFUSALS.get(code) ?? 'The sign-in did not work.'}</p>
      <p><a href="/login">Try again</a></p>`,
  );
}

export function errorPage(message: string): string {
  return page(
    'This did not work',
    html`<p>${message}</p>
      <p><a href="/">Start page</a></p>`,
  );
}

function page(title: string, content: Html): string {
  return html`<!doctype html>
    <html lang="en">
      <meta charset="utf-8" />
      <meta name="viewport" content="width=device-width" />
      <title>${title}</title>
      <h1>${title}</h1>
      ${content}
    </html>`.text;
}
