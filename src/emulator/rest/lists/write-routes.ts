import type { Router } from 'express';
import type { RestCaller } from '../caller';
import type { RestContext } from '../context';
import { bodyOf, endpoint, pathParameter } from '../endpoint';
import { isJsonObject, toText } from '../json';
import type { JsonObject } from '../json';
import type { RecordStore } from '../records';
import { invalidParameter, notFound, RestError } from '../rest-error';
import { Seeded } from '../seeded';
import { serverTime } from '../server-time';
import type { Resource, Writes } from './resource';

const maxBodyBytes = 4 * 1024 * 1024;

/** POST to the list, PATCH and DELETE of one record, for the lists that take writes. */
export function addWriteRoutes(resource: Resource, writes: Writes, router: Router, context: RestContext): void {
  const { path, kind } = resource;
  const admission = { anyScope: writes.scopes, maxBodyBytes };
  const storeOf = (caller: RestCaller) => context.records.of(kind, caller.businessUnitId);

  router.post(
    path,
    endpoint(context, admission, ({ caller, req, res }) => {
      const store = storeOf(caller);
      const body = readBody(bodyOf(req), writes);
      assertFree(store, writes, body);
      const created = newRecord(store, writes, body, context.now());
      store.add(created);
      res.status(201).json(created);
    }),
  );

  router.patch(
    `${path}/:reference`,
    endpoint(context, admission, ({ caller, req, res }) => {
      const store = storeOf(caller);
      const old = find(store, resource, pathParameter(req, 'reference'));
      const body = readBody(bodyOf(req), writes);
      assertFree(store, writes, body, old);
      const changed = { ...old, ...body, modifiedDate: serverTime(context.now()) };
      store.replace(old, changed);
      res.json(changed);
    }),
  );

  router.delete(
    `${path}/:reference`,
    endpoint(context, { anyScope: writes.scopes }, ({ caller, req, res }) => {
      const store = storeOf(caller);
      store.remove(find(store, resource, pathParameter(req, 'reference')));
      res.status(200).end();
    }),
  );
}

/** The record that a reference names: one of the prefixes of the resource, and the value of the member behind it. */
export function find(store: RecordStore, { references }: Resource, reference: string): JsonObject {
  for (const [prefix, member] of Object.entries(references)) {
    if (!reference.startsWith(prefix)) continue;
    const found = store.find(member, reference.slice(prefix.length));
    if (found !== undefined) return found;
  }
  throw notFound(reference);
}

/** The body without what the server sets itself. */
function readBody(body: unknown, { id }: Writes): JsonObject {
  if (!isJsonObject(body)) throw invalidParameter('body', 'It must be an object.');
  const own = [id, 'createdDate', 'modifiedDate'];
  return Object.fromEntries(Object.entries(body).filter(([name]) => !own.includes(name)));
}

function assertFree(store: RecordStore, { key }: Writes, body: JsonObject, old?: JsonObject): void {
  const wanted = toText(body[key]);
  const owner = wanted === '' ? undefined : store.find(key, wanted);
  if (owner !== undefined && owner !== old) throw new RestError(409, 30004, `The ${key} ${wanted} already exists.`);
}

function newRecord(store: RecordStore, writes: Writes, body: JsonObject, now: number): JsonObject {
  const { id, key, numbered = false, defaults } = writes;
  const name = toText(body['name']);
  if (name === '') throw invalidParameter('name', 'It must be text.');
  const all = store.all();
  const seeded = new Seeded(`new ${id} ${all.length} ${name}`);
  const last = Math.max(0, ...all.map((record) => Number(record[id])));
  const at = serverTime(now);
  const made = { [id]: numbered ? String(last + 1) : seeded.guid(), createdDate: at, modifiedDate: at };
  return { name, [key]: seeded.guid(), ...defaults, ...body, ...made };
}
