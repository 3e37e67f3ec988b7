import type { Emulator } from '../emulator';
import { parseOptions } from '../strict-options';

/** The part of an answer that `signIn()` reads. */
interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | undefined>>;
}

/**
 * The part of a supertest agent that is used. It keeps cookies and follows no redirects.
 *
 * @example
 * const agent: Agent<request.Response> = request.agent(app);
 */
export interface Agent<T> {
  get(url: string): PromiseLike<T>;
}

/**
 * Options of `signIn()`.
 *
 * @example
 * const options: SignInOptions = { emulator, path: '/login/europe', user: 'ravi.menon' };
 */
export interface SignInOptions {
  readonly emulator: Pick<Emulator, 'signIn'>;
  /**
   * The app's login route.
   *
   * @default '/login'
   */
  readonly path?: string | undefined;
  /** The username at Marketing Cloud. @default the emulator's default user */
  readonly user?: string | undefined;
}

/** How many redirects of the app may precede the one to Marketing Cloud. */
const MAX_STEPS = 5;

/**
 * Signs a supertest agent in: opens the app's login route, submits the emulator's login page, and opens the callback
 * with the agent. Resolves to the callback's response, also where that is an error.
 *
 * @throws TypeError for an unknown option
 * @throws Error when the login route does not lead to the emulator
 *
 * @example
 * const agent = request.agent(createApp({ ...emulator.strategyOptions(), callbackURL: 'http://127.0.0.1/auth/callback' }));
 * await signIn(agent, { emulator, user: 'maya.lind' });
 */
export async function signIn<T extends Answer>(agent: Agent<T>, options: SignInOptions): Promise<T> {
  const { emulator, path = '/login', user } = parseSignInOptions(options);
  const start = await authorizeUrl(agent, path);
  const end = await emulator.signIn(start, user);
  if (end === start)
    throw new Error(`signIn: ${path} does not lead to this emulator, but to ${new URL(start).origin}.`);
  const callback = new URL(end);
  return await agent.get(callback.pathname + callback.search);
}

function parseSignInOptions(options: SignInOptions): SignInOptions {
  parseOptions('signIn()', options, ['emulator', 'path', 'user']);
  if ((options as SignInOptions | undefined)?.emulator === undefined) {
    throw new TypeError('signIn(agent, { emulator }) needs the emulator that the app signs in to.');
  }
  return options;
}

async function authorizeUrl(agent: Agent<Answer>, path: string): Promise<string> {
  let target = path;
  for (let step = 0; step < MAX_STEPS; step += 1) {
    const { status, headers } = await agent.get(target);
    const location = status >= 300 && status < 400 ? headers['location'] : undefined;
    if (location === undefined) {
      throw new Error(`signIn: ${target} answered ${status} and no redirect; give the login route as option path.`);
    }
    if (/^https?:/i.test(location)) return location;
    const next = new URL(location, new URL(target, 'http://app'));
    target = next.pathname + next.search;
  }
  throw new Error(`signIn: ${path} redirects too often and never to Marketing Cloud.`);
}
