import { describe, expect, test } from '@jest/globals';
import { insufficientPrivileges, restApp } from './rest-app';

type Fields = Readonly<Record<string, unknown>>;

const fieldsOf = (response: { body: unknown }) => response.body as Fields;

describe('a list that can be written', () => {
  const lists = [
    ['/messaging/v1/email/definitions', 'email_write', 'email_read', 'definitionKey', 'definitionKey'],
    ['/automation/v1/queries', 'automations_write', 'automations_read', 'queryDefinitionId', 'key'],
    ['/automation/v1/automations', 'automations_write', 'automations_read', 'id', 'key'],
    ['/interaction/v1/eventDefinitions', 'journeys_write', 'journeys_read', 'id', 'eventDefinitionKey'],
    ['/hub/v1/campaigns', 'campaign_write', 'campaign_read', 'id', 'campaignCode'],
  ] as const;

  test.each(lists)('%s creates, changes and deletes a record', async (path, write, read, reference, key) => {
    const { as, clock } = restApp();
    clock.ms = Date.UTC(2026, 5, 1, 12, 0, 0, 250);
    const client = as({ scopes: [write, read] });
    const created = await client.post(path).send({ name: 'Made', [key]: 'made-1', createdDate: 'never' });
    expect([created.status, fieldsOf(created)]).toMatchObject([
      201,
      { name: 'Made', [key]: 'made-1', description: '', createdDate: '2026-06-01T06:00:00.25' },
    ]);
    const own = `${path}/${String(fieldsOf(created)[reference])}`;
    expect((await client.get(own)).body).toEqual(created.body);
    clock.ms += 1_000;
    const changed = await client.patch(own).send({ description: 'Changed' });
    expect(changed.body).toEqual({
      ...fieldsOf(created),
      description: 'Changed',
      modifiedDate: '2026-06-01T06:00:01.25',
    });
    expect((await client.delete(own)).status).toBe(200);
    expect((await client.get(own)).status).toBe(404);
  });

  test.each(lists)(
    '%s refuses a caller who may only read, a taken key and a missing name',
    async (path, write, read, _, key) => {
      const { as } = restApp();
      const refused = await as({ scopes: [read] })
        .post(path)
        .send({ name: 'Mine' });
      expect([refused.status, refused.body]).toEqual([403, insufficientPrivileges]);
      const client = as({ scopes: [write, read] });
      await client.post(path).send({ name: 'Made', [key]: 'taken' });
      expect((await client.post(path).send({ name: 'Made', [key]: 'Taken' })).status).toBe(409);
      expect((await client.post(path).send({ [key]: 'nameless' })).status).toBe(400);
      const other = await as({ mid: 510002, scopes: [write] })
        .post(path)
        .send({ name: 'Made', [key]: 'taken' });
      expect(other.status).toBe(201);
    },
  );
});
