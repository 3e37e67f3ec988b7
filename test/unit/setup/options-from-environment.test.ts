import { describe, expect, test } from '@jest/globals';
import { optionsFromEnvironment } from '../../../src';

const COMPLETE = {
  MC_SUBDOMAIN: 'mc-one',
  MC_CLIENT_ID: 'one',
  MC_CLIENT_SECRET: 'a secret of one',
  MC_CALLBACK_URL: 'https://app.example.com/auth/callback',
};

describe('optionsFromEnvironment', () => {
  test('gives the options of a strategy', () => {
    const env = { ...COMPLETE, MC_SCOPE: 'offline email_read', ENCRYPTION_KEY: 'k'.repeat(32), PORT: '3000' };
    expect(optionsFromEnvironment(env)).toEqual({
      subdomain: 'mc-one',
      clientID: 'one',
      clientSecret: 'a secret of one',
      callbackURL: 'https://app.example.com/auth/callback',
      scope: 'offline email_read',
      encryptionKey: 'k'.repeat(32),
    });
  });

  test('leaves out what is not set or empty, and white space around a value', () => {
    const { MC_CLIENT_SECRET: _, ...env } = { ...COMPLETE, MC_SUBDOMAIN: ' mc-one\n', MC_SCOPE: '' };
    expect(Object.keys(optionsFromEnvironment(env))).toEqual(['subdomain', 'clientID', 'callbackURL']);
    expect(optionsFromEnvironment(env).subdomain).toBe('mc-one');
  });

  test("takes an emulator's base URLs", () => {
    const template = 'http://127.0.0.1:4000/{subdomain}/{service}';
    expect(optionsFromEnvironment({ ...COMPLETE, MC_BASE_URL_TEMPLATE: template }).baseUrlTemplate).toBe(template);
  });

  test.each<[string, Record<string, string | undefined>, string]>([
    ['nothing', {}, 'MC_SUBDOMAIN, MC_CLIENT_ID and MC_CALLBACK_URL are not set.'],
    ['one left out', { ...COMPLETE, MC_CLIENT_ID: '' }, 'MC_CLIENT_ID is not set.'],
    [
      'a pasted URL',
      { ...COMPLETE, MC_SUBDOMAIN: 'https://mc-one.auth.marketingcloudapis.com/' },
      'MC_SUBDOMAIN must be the tenant-specific subdomain alone: mc-one.',
    ],
    ['an empty secret', { ...COMPLETE, MC_CLIENT_SECRET: '' }, 'MC_CLIENT_SECRET is empty.'],
    ['an empty key', { ...COMPLETE, ENCRYPTION_KEY: ' ' }, 'ENCRYPTION_KEY is empty.'],
    ['a short key', { ...COMPLETE, ENCRYPTION_KEY: 'short' }, 'ENCRYPTION_KEY must'],
    [
      'a callback without a host',
      { ...COMPLETE, MC_CALLBACK_URL: '/auth/callback' },
      'MC_CALLBACK_URL must be an absolute https: URL',
    ],
    ['scopes with line ends', { ...COMPLETE, MC_SCOPE: 'offline\nemail_read' }, 'MC_SCOPE must be separated by spaces'],
    ['scopes in quotes', { ...COMPLETE, MC_SCOPE: '"offline email_read"' }, 'MC_SCOPE must be separated by spaces'],
    ['scopes with commas', { ...COMPLETE, MC_SCOPE: 'offline,email_read' }, 'MC_SCOPE must be separated by spaces'],
    [
      'a template without a place',
      { ...COMPLETE, MC_BASE_URL_TEMPLATE: 'https://example.com' },
      'MC_BASE_URL_TEMPLATE must hold',
    ],
  ])("%s is a TypeError with the variable's name", (_what, env, start) => {
    expect(() => optionsFromEnvironment(env)).toThrow(TypeError);
    try {
      optionsFromEnvironment(env);
    } catch (error) {
      expect((error as Error).message.startsWith(start)).toBe(true);
      expect((error as Error).message).not.toContain('a secret of one');
    }
  });

  test('does not take a variable from a polluted prototype', () => {
    const env = Object.assign(Object.create({ ...COMPLETE, MC_CLIENT_SECRET: 'planted' }) as Record<string, string>, {
      MC_SUBDOMAIN: 'mc-one',
      MC_CLIENT_ID: 'one',
      MC_CALLBACK_URL: COMPLETE.MC_CALLBACK_URL,
    });
    expect(optionsFromEnvironment(env)).not.toHaveProperty('clientSecret');
  });

  test.each([[null], ['MC_SUBDOMAIN=mc-one']])('refuses %p in place of the variables', (env) => {
    expect(() => optionsFromEnvironment(env as never)).toThrow(/^optionsFromEnvironment\(env\) needs an object/);
  });
});
