import { describe, expect, test } from '@jest/globals';
import { LIST_DEFINITIONS } from '../../../../src/emulator/rest/lists/list-definitions';
import { insufficientPrivileges, restApp } from './rest-app';

type Fields = Readonly<Record<string, unknown>>;

const allScopes = [...new Set(LIST_DEFINITIONS.flatMap(({ read }) => read))];
const client = (mid = 510001) => restApp().as({ mid, scopes: allScopes });
const fieldsOf = (response: { body: unknown }) => response.body as Fields;
const listOf = (response: { body: unknown }, member: string) => fieldsOf(response)[member] as Fields[];

describe('every defined list', () => {
  test.each(LIST_DEFINITIONS.map((resource) => [resource.path.replace(':parent', '1'), resource] as const))(
    '%s answers a caller with its scope, with and without a slash at its end, and refuses others',
    async (path, { read }) => {
      const { as } = restApp();
      const response = await as({ scopes: read.slice(0, 1) }).get(path);
      expect(response.status).toBe(200);
      expect((await as({ scopes: read.slice(0, 1) }).get(`${path}/`)).status).toBe(200);
      const refused = await as({ scopes: ['offline'] }).get(path);
      expect([refused.status, refused.body]).toEqual([403, insufficientPrivileges]);
    },
  );

  test.each([
    ['/automation/v1/queries', 'items', 'queryDefinitionId', ''],
    ['/automation/v1/automations', 'items', 'id', ''],
    ['/messaging/v1/email/definitions', 'definitions', 'definitionKey', ''],
    ['/interaction/v1/eventDefinitions', 'items', 'eventDefinitionKey', 'key:'],
    ['/hub/v1/campaigns', 'items', 'id', ''],
    ['/legacy/v1/beta/bulk/automations/automation/definition', 'entry', 'id', ''],
    ['/legacy/v1/beta/mobile/keyword', 'entry', 'id', ''],
  ])('%s gives one record by its %s.%s', async (path, member, id, prefix) => {
    const [first] = listOf(await client().get(path), member);
    const one = await client().get(`${path}/${prefix}${String(first?.[id])}`);
    expect(one.status).toBe(200);
    expect(one.body).toMatchObject(first ?? {});
    const unknown = await client().get(`${path}/${prefix}none-such`);
    expect([unknown.status, fieldsOf(unknown)['errorcode']]).toEqual([404, 30003]);
  });

  test('has different records in each business unit, and the same ones at every start', async () => {
    const path = '/automation/v1/queries';
    const [one, again, other] = await Promise.all([client(), client(), client(510002)].map((each) => each.get(path)));
    expect(again?.body).toEqual(one?.body);
    const ids = (response: { body: unknown } | undefined) =>
      listOf(response ?? { body: { items: [] } }, 'items').map(({ queryDefinitionId }) => queryDefinitionId);
    expect(ids(other).some((id) => ids(one).includes(id))).toBe(false);
  });

  test('filters, sorts and shows some fields', async () => {
    const response = await client().get('/automation/v1/queries', {
      $filter: 'Name eq "Segment 03"',
      $fields: 'name,key',
    });
    expect(response.body).toMatchObject({ count: 1, items: [{ name: 'Segment 03', key: 'segment-03' }] });
    const sorted = await client().get('/automation/v1/queries', { $orderBy: 'name desc' });
    expect(listOf(sorted, 'items')[0]).toMatchObject({ name: 'Segment 12' });
    expect((await client().get('/automation/v1/queries', { $filter: 'shoe eq 4' })).status).toBe(400);
  });

  test('has dates without trailing zeros in their fraction', async () => {
    const dates = listOf(await client().get('/hub/v1/campaigns', { $pageSize: 500 }), 'items').flatMap(
      ({ createdDate, modifiedDate }) => [createdDate, modifiedDate],
    );
    expect(dates).toHaveLength(128);
    for (const date of dates) expect(date).toMatch(/^202\d-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{0,2}[1-9])?$/);
  });
});

describe('an automation', () => {
  test('has its steps in its own answer only, and its query activities exist', async () => {
    const [listed] = listOf(await client().get('/automation/v1/automations'), 'items');
    expect(listed).not.toHaveProperty('steps');
    const one = await client().get(`/automation/v1/automations/${String(listed?.['id'])}`);
    const [step] = fieldsOf(one)['steps'] as { activities: { activityObjectId: string; objectTypeId: number }[] }[];
    const activity = step?.activities[0];
    expect(activity?.objectTypeId).toBe(300);
    expect((await client().get(`/automation/v1/queries/${activity?.activityObjectId ?? ''}`)).status).toBe(200);
  });

  test('is on the legacy list by the same key, with its notifications', async () => {
    const [modern] = listOf(await client().get('/automation/v1/automations'), 'items');
    const legacy = listOf(await client().get('/legacy/v1/beta/bulk/automations/automation/definition/'), 'entry');
    const same = legacy.find(({ key }) => key === modern?.['key']);
    expect(same).toMatchObject({ name: modern?.['name'], createdDate: expect.stringMatching(/Z$/) as unknown });
    const notified = await client().get(`/legacy/v1/beta/automations/notifications/${String(same?.['id'])}`);
    expect(notified.body).toMatchObject({ programId: same?.['id'], workers: [{ notificationType: 'Error' }] });
  });
});
