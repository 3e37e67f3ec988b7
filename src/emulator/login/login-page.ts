import type { Response } from 'express';
import type { Tenant, User } from '../world/model';
import { html, type Html } from './html-template';
import { sendPage } from './page-layout';

/** The content of the login page. */
export interface LoginView {
  readonly appName: string;
  /** The URL that the form is sent to. */
  readonly action: string;
  /** The token that proves that the form came from a page of this browser. */
  readonly execution: string;
  readonly tenants: readonly Tenant[];
  /** Usernames without a licence for the app. */
  readonly unlicensed: readonly string[];
  readonly problem?: string | undefined;
}

/** Sends the page on which a user is chosen or typed. */
export function sendLoginPage(res: Response, status: number, view: LoginView): void {
  sendPage(res, status, 'Sign in to Marketing Cloud', content(view));
}

function content({ appName, action, execution, tenants, unlicensed, problem }: LoginView): Html {
  const hidden = html`<input type="hidden" name="execution" value="${execution}" />`;
  return html`<p class="soft">Pick a user to continue to ${appName}. There are no passwords.</p>
    ${problem === undefined ? undefined : html`<p class="bad" role="alert">${problem}</p>`}
    <form method="post" action="${action}">
      ${hidden}
      ${tenants.map(
        (tenant) =>
          html`<h2>${tenant.enterpriseName}</h2>
            <ul>
              ${tenant.users
                .filter((user) => user.enabled)
                .map((user) => html`<li>${userButton(user, unlicensed.includes(user.username))}</li>`)}
            </ul>`,
      )}
    </form>
    <form method="post" action="${action}">
      ${hidden}
      <h2><label for="username">Another user name</label></h2>
      <div class="row">
        <input
          id="username"
          name="username"
          autocomplete="username"
          autocapitalize="none"
          spellcheck="false"
          required
        />
        <button class="go">Sign in</button>
      </div>
    </form>`;
}

function userButton(user: User, isUnlicensed: boolean): Html {
  const rights = user.permissions.size === 1 ? '1 permission' : `${user.permissions.size} permissions`;
  return html`<button class="person" name="username" value="${user.username}">
    <span class="name">${user.name}</span>
    <span class="soft">${user.username} · ${isUnlicensed ? 'no licence for this app' : rights}</span>
  </button>`;
}
