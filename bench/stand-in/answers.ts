import { randomBytes } from 'node:crypto';

/** What the stand-in answers with, in the shapes and sizes of Marketing Cloud's answers. */
const ACCESS_TOKEN_LENGTH = 480;
const REFRESH_TOKEN_LENGTH = 140;

const SCOPES = ['email', 'documents_and_images', 'saved_content', 'journeys', 'audiences', 'list_and_subscribers'];
const OPERATIONS = ['read', 'write', 'execute', 'share', 'publish', 'delete'];
const SCOPE = ['offline', ...SCOPES.flatMap((scope) => [`${scope}_read`, `${scope}_write`])].join(' ');

/** Random text, since a vault may compress what it keeps. */
const ACCESS_TOKEN = randomText(ACCESS_TOKEN_LENGTH);
const REFRESH_TOKEN = randomText(REFRESH_TOKEN_LENGTH);

let issued = 0;

/** The body of a token answer; each has tokens of its own. */
export function tokenAnswer(origin: string, expiresInSeconds: number): string {
  issued += 1;
  const number = String(issued);
  return JSON.stringify({
    access_token: ACCESS_TOKEN.slice(number.length) + number,
    token_type: 'Bearer',
    expires_in: expiresInSeconds,
    scope: SCOPE,
    refresh_token: REFRESH_TOKEN.slice(number.length) + number,
    rest_instance_url: `${origin}/bench/rest/`,
    soap_instance_url: `${origin}/bench/soap/`,
  });
}

/** The body of a userinfo answer, with 36 permissions. */
export function userinfoAnswer(origin: string): string {
  return JSON.stringify({
    exp: 1_900_000_000,
    iss: 'https://mc.exacttarget.com',
    user: {
      sub: '700123456',
      name: 'Maya Lind',
      preferred_username: 'maya.lind@example.com',
      email: 'maya.lind@example.com',
      locale: 'en-US',
      zoneinfo: 'America/Indiana/Indianapolis',
      timezone: { longName: '(GMT-05:00) Indiana (East)', shortName: 'GMT-5', offset: -5, dst: false },
    },
    organization: {
      member_id: 510001234,
      enterprise_id: 510001000,
      enterprise_name: 'Example Retail',
      account_type: 'enterprise',
      stack_key: 'S50',
      region: 'NA1',
      locale: 'en-US',
      zoneinfo: 'America/Indiana/Indianapolis',
    },
    rest: { rest_instance_url: `${origin}/bench/rest/`, soap_instance_url: `${origin}/bench/soap/` },
    application: {
      id: '4f2b7a61-6a2f-4f0a-9f0f-1d1b9a3f5c11',
      name: 'Benchmark',
      redirectUrl: ['http://127.0.0.1*'],
      appScopes: SCOPE.split(' '),
    },
    permissions: SCOPES.flatMap((scope, group) =>
      OPERATIONS.map((name, index) => ({
        objectTypeName: scope,
        operationName: name,
        name,
        id: 100 + group * 6 + index,
      })),
    ),
  });
}

function randomText(length: number): string {
  return randomBytes(length).toString('base64url').slice(0, length);
}
