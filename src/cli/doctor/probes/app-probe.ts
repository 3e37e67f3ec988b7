import { MAX_WHOLE_BYTES } from '../../../http/call';
import { createAppTransport } from './app-transport';
import { getRedirectTarget } from './redirect-target';

/** What the running app answers at its callback URL; or the error of the call. */
export type AppAnswer =
  | { readonly error: unknown }
  | {
      readonly error?: undefined;
      readonly status: number;
      /** The target of a redirect. */
      readonly location: URL | undefined;
      /** The text of an answer of 500 and more. */
      readonly text: string;
    };

/**
 * Asks the app for its callback URL without a code. Nothing but a new sign-in can come of that: the package's callback
 * route then redirects to the login page.
 */
export async function askApp(callbackURL: string): Promise<AppAnswer> {
  if (!URL.canParse(callbackURL)) return { error: undefined };
  const url = new URL(callbackURL);
  url.hash = '';
  url.username = url.password = '';
  const { transport, close } = await createAppTransport(url);
  try {
    const answer = await transport.open({ method: 'GET', url: url.href, headers: { accept: 'text/html' } });
    const text = answer.status >= 500 ? await answer.text(MAX_WHOLE_BYTES) : '';
    answer.discard();
    return {
      status: answer.status,
      location: getRedirectTarget(answer, url.href),
      text,
    };
  } catch (error) {
    return { error };
  } finally {
    await close();
  }
}
