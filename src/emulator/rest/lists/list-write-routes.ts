import type { Router } from 'express';
import type { RestCaller, RestContext } from '../rest-context';
import { getBody, endpoint, getPathParameter } from '../endpoint';
import { isJsonObject, toText } from '../../data/json';
import type { JsonObject } from '../../data/json';
import type { RecordStore } from '../../data/records';
import { invalidParameter } from '../../data/input-error';
import { notFound, RestError } from '../../http/rest-error';
import { SeededRandom } from '../../data/seeded-random';
import { toServerTime } from '../../data/server-time';
import type { ListDefinition, ListWrites } from './list-definitions';

const MAX_BODY_BYTES = 4 * 1024 * 1024;

/** Adds the write routes of a list: POST creates a record, PATCH changes and DELETE deletes one. */
export function addWriteRoutes(
  definition: ListDefinition,
  writes: ListWrites,
  router: Router,
  context: RestContext,
): void {
  const { path, kind } = definition;
  const admission = { anyScope: writes.scopes, maxBodyBytes: MAX_BODY_BYTES };
  const getStore = (caller: RestCaller) => context.records.getStore(kind, caller.businessUnitId);

  router.post(
    path,
    endpoint(context, admission, ({ caller, req, res }) => {
      const store = getStore(caller);
      const body = parseBody(getBody(req), writes);
      assertKeyIsFree(store, writes, body);
      const created = newRecord(store, writes, body, context.now());
      store.add(created);
      res.status(201).json(created);
    }),
  );

  router.patch(
    `${path}/:reference`,
    endpoint(context, admission, ({ caller, req, res }) => {
      const store = getStore(caller);
      const old = findRecord(store, definition, getPathParameter(req, 'reference'));
      const body = parseBody(getBody(req), writes);
      assertKeyIsFree(store, writes, body, old);
      const changed = { ...old, ...body, modifiedDate: toServerTime(context.now()) };
      store.replace(old, changed);
      res.json(changed);
    }),
  );

  router.delete(
    `${path}/:reference`,
    endpoint(context, { anyScope: writes.scopes }, ({ caller, req, res }) => {
      const store = getStore(caller);
      store.remove(findRecord(store, definition, getPathParameter(req, 'reference')));
      res.status(200).end();
    }),
  );
}

/**
 * Finds the record that a reference of a path names by one of the definition's `references`.
 *
 * @throws RestError 404
 */
export function findRecord(store: RecordStore, { references }: ListDefinition, reference: string): JsonObject {
  for (const [prefix, member] of Object.entries(references)) {
    if (!reference.startsWith(prefix)) continue;
    const found = store.find(member, reference.slice(prefix.length));
    if (found !== undefined) return found;
  }
  throw notFound(reference);
}

/** Returns the body without the members that the server sets. */
function parseBody(body: unknown, { id }: ListWrites): JsonObject {
  if (!isJsonObject(body)) throw invalidParameter('body', 'It must be an object.');
  const serverMembers = [id, 'createdDate', 'modifiedDate'];
  return Object.fromEntries(Object.entries(body).filter(([name]) => !serverMembers.includes(name)));
}

function assertKeyIsFree(store: RecordStore, { key }: ListWrites, body: JsonObject, old?: JsonObject): void {
  const wanted = toText(body[key]);
  const owner = wanted === '' ? undefined : store.find(key, wanted);
  if (owner !== undefined && owner !== old) throw new RestError(409, 30004, `The ${key} ${wanted} already exists.`);
}

function newRecord(store: RecordStore, writes: ListWrites, body: JsonObject, now: number): JsonObject {
  const { id, key, numbered = false, defaults } = writes;
  const name = toText(body['name']);
  if (name === '') throw invalidParameter('name', 'It must be text.');
  const all = store.all();
  const seeded = new SeededRandom(`new ${id} ${all.length} ${name}`);
  const last = Math.max(0, ...all.map((record) => Number(record[id])));
  const at = toServerTime(now);
  const serverMembers = { [id]: numbered ? String(last + 1) : seeded.guid(), createdDate: at, modifiedDate: at };
  return { name, [key]: seeded.guid(), ...defaults, ...body, ...serverMembers };
}
