import { describe, expect, test } from '@jest/globals';
import request from 'supertest';
import { signIn } from '../../../src/testing';
import { appAt, emulate } from '../../support/scene';

describe('signIn', () => {
  test('signs an agent in, and gives the callback’s answer', async () => {
    const emulator = await emulate();
    const { origin } = await appAt(emulator);
    const agent = request.agent(origin);
    const answer = await signIn(agent, { emulator });
    expect([answer.status, answer.headers['location']]).toEqual([302, '/home']);
    const me = await agent.get('/me');
    expect(me.body).toMatchObject({ connected: true, user: { provider: 'marketing-cloud' } });
  });

  test('without its emulator is a TypeError that names it', async () => {
    const agent = request.agent('http://127.0.0.1:1');
    for (const options of [undefined, {}]) {
      await expect(signIn(agent, options as never)).rejects.toThrow(/^signIn\(agent, \{ emulator \}\)/);
    }
  });

  test('takes another user and another login route, which may lead over other pages', async () => {
    const emulator = await emulate();
    const { origin } = await appAt(emulator, {
      routes: (app) => {
        app.get('/account/start', (_req, res) => res.redirect('begin?then=login'));
        app.get('/account/begin', (_req, res) => res.redirect('/login'));
      },
    });
    const agent = request.agent(origin);
    await signIn(agent, { emulator, path: '/account/start', user: 'ravi.menon' });
    const me = await agent.get('/me');
    expect(me.body).toMatchObject({ user: { username: 'ravi.menon' } });
  });

  test('gives a refusal as it is', async () => {
    const emulator = await emulate();
    const { origin } = await appAt(emulator, {
      verify: (_access: string, _refresh: string, _profile: object, done: (error: null, user: false) => void) =>
        done(null, false),
    });
    const agent = request.agent(origin);
    expect((await signIn(agent, { emulator })).status).toBe(401);
    expect((await agent.get('/me')).body).toMatchObject({ user: null });
  });

  test('says what is wrong where the login route does not lead to the emulator', async () => {
    const emulator = await emulate();
    const { origin } = await appAt(emulator, {
      routes: (app) => {
        app.get('/elsewhere', (_req, res) => res.redirect('https://elsewhere.example/login'));
        app.get('/circle', (_req, res) => res.redirect('/circle'));
      },
    });
    const at = (path: string): Promise<unknown> => signIn(request.agent(origin), { emulator, path });
    await expect(at('/me')).rejects.toThrow('/me answered 200 and no redirect');
    await expect(at('/elsewhere')).rejects.toThrow('but to https://elsewhere.example');
    await expect(at('/circle')).rejects.toThrow('redirects too often');
  });
});
