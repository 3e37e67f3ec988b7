import type { Response } from 'express';
import { html, Html } from '../login/html-template';
import type { SignedIn } from '../tokens/login-sessions';
import { sendPageWithScript, toLiteral } from './page-with-script';

/** A page of Marketing Cloud that frames an app and talks to it by messages. */
interface FramingHost {
  readonly title: string;
  readonly url: string;
  /** Answers the app's messages. `app` is the frame, `facts` what the script is told. */
  readonly script: Html;
  readonly facts: object;
  readonly sandbox: string | undefined;
}

/**
 * Content Builder around a custom block, as the Block SDK sees it: a handshake, then calls of methods by number
 * (https://github.com/salesforce-marketingcloud/blocksdk). The block's content and data are kept by the page.
 */
export function sendContentBuilder(res: Response, url: string, signedIn: SignedIn, sandbox: string | undefined): void {
  const { user, tenant, businessUnitId } = signedIn;
  const userData = {
    ...{ stack: tenant.stackKey.toLowerCase(), email: user.email, loginId: user.username },
    ...{ userId: user.id, mid: businessUnitId, eid: tenant.enterpriseId },
  };
  const script = new Html(`
    const kept = { getContent: '', getSuperContent: '', getData: {}, getCentralData: {}, getUserData: facts.userData, getView: 'edit' };
    addEventListener('message', ({ source, origin, data }) => {
      if (source !== app.contentWindow || typeof data !== 'object' || data === null) return;
      const answer = (message) => source.postMessage(message, origin);
      if (data.method === 'handShake') return answer({ method: 'handShake', origin: location.origin });
      if (/^set/.test(data.method)) kept[data.method.replace('set', 'get')] = data.payload;
      answer({ id: data.id, payload: kept[String(data.method).replace('set', 'get')] });
    });`);
  send(res, { title: 'Content Builder', url, script, facts: { userData }, sandbox });
}

/**
 * Journey Builder around the page of a custom activity, as Postmonger sees it: events as JSON texts
 * (https://developer.salesforce.com/docs/marketing/marketing-cloud/guide/using-postmonger.html). It answers what an
 * activity asks first; the tokens in it are the emulator's own names for tokens, and good for nothing.
 */
export function sendJourneyBuilder(res: Response, url: string, restHost: string, sandbox: string | undefined): void {
  const script = new Html(`
    const answers = {
      ready: ['initActivity', facts.activity],
      requestTokens: ['requestedTokens', { token: 'legacy token', fuel2token: 'API token' }],
      requestEndpoints: ['requestedEndpoints', { restHost: facts.restHost }],
      requestCulture: ['requestedCulture', 'en-US'],
    };
    addEventListener('message', ({ source, origin, data }) => {
      if (source !== app.contentWindow || typeof data !== 'string') return;
      const [event, value] = answers[JSON.parse(data).e] ?? [];
      if (event !== undefined) source.postMessage(JSON.stringify({ e: event, a1: value }), origin);
    });`);
  const activity = { name: '', key: 'REST-1', type: 'REST', arguments: { execute: { inArguments: [] } }, metaData: {} };
  send(res, { title: 'Journey Builder', url, script, facts: { activity, restHost }, sandbox });
}

const STYLE = 'body { margin: 0; } iframe { width: 100%; height: 95vh; border: 0; }';

function send(res: Response, { title, url, script, facts, sandbox }: FramingHost): void {
  const policy = sandbox === undefined ? undefined : html` sandbox="${sandbox}"`;
  sendPageWithScript(res, {
    title,
    style: STYLE,
    content: (nonce) =>
      html`<iframe id="app" title="${title}" ${policy}></iframe>
        <script nonce="${nonce}">
          const facts = ${toLiteral(facts)};
          const app = document.getElementById('app');
          ${script};
          app.src = ${toLiteral(url)};
        </script>`,
  });
}
