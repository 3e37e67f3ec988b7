import { MemoryStore } from 'express-session';
import { expect, test } from '@jest/globals';
import type { Express } from 'express';
import request from 'supertest';
import type { DefaultUser, StrategyOptions } from '../../src';
import { signIn } from '../../src/testing';
import { optionsAt, runProgram } from '../support/guide';
import { emulate } from '../support/scene';

interface Program {
  readonly createApp: (options: StrategyOptions, store: MemoryStore, users: object) => Express;
}

test('cookie-sessions.md keeps a session record of less than 400 bytes', async () => {
  const emulator = await emulate();
  const store = new MemoryStore();
  const saved = new Map<string, DefaultUser>();
  const users = {
    save: (user: DefaultUser) => Promise.resolve(void saved.set(user.id, user)),
    find: (id: string) => Promise.resolve(saved.get(id)),
  };
  process.env['SESSION_SECRET'] = 'of the session';
  const { createApp } = await runProgram<Program>('cookie-sessions.md', 'interface UserTable');
  const agent = request.agent(createApp(optionsAt(emulator), store, users));
  expect((await signIn(agent, { emulator })).headers['location']).toBe('/');

  expect([...saved.values()]).toEqual([expect.objectContaining({ displayName: 'Maya Lind' })]);
  const records = await new Promise<object>((resolve, reject) => {
    store.all((error, all) => (error == null ? resolve(all ?? {}) : reject(error as Error)));
  });
  const sessions = Object.values(records)
    .map((record) => JSON.stringify(record))
    .filter((text) => text.includes('"passport"'));
  expect(sessions.map(({ length }) => (length < 400 ? 'small' : length))).toEqual(['small']);
});
