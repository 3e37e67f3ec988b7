import { Seeded } from '../rest/seeded';
import type { Issued } from '../tokens/ledger';
import { SoapRefusal } from './soap-errors';
import type { SoapObject, SoapValue } from './soap-object';
import type { ObjectWriting, WriteOperation, WriteRequest, Written } from './soap-object-type';

/** A message and its `ErrorCode`. */
export type Refusal = readonly [message: string, errorCode: number];

/** What a new object gets besides what the request says. */
export interface NewObject {
  readonly id: number;
  readonly objectId: string;
  readonly businessUnitId: number;
  readonly now: Date;
}

/** How the objects of a stored type are written: one table for each type. */
export interface WritingRules {
  /** What a token needs to write them. */
  readonly scope: string;
  readonly messages: Readonly<Record<WriteOperation, string>>;
  /** The properties that name an object in an Update or Delete; the first one given counts. */
  readonly identity: readonly string[];
  /** What a Create must give. */
  readonly required: readonly string[];
  /** What no two objects of a business unit may share, in any letter case. */
  readonly unique: readonly string[];
  readonly missing: Refusal;
  readonly taken: Refusal;
  /** The whole new object. @throws SoapRefusal for one that cannot be */
  readonly complete: (given: SoapObject, made: NewObject) => SoapObject;
  /** Looked at before an object is deleted. @throws SoapRefusal for one that has to stay */
  readonly mayDelete?: (object: SoapObject, all: readonly SoapObject[]) => void;
  /** Whether answers show the object. @default true */
  readonly showsObject?: boolean;
}

/** What an Update leaves as it is. */
const FIXED: ReadonlySet<string> = new Set(['ID', 'ObjectID', 'Client.ID', 'CreatedDate', 'PartnerKey']);

/** The objects of a type in every business unit, in memory, made when a business unit is first asked for. */
export class ObjectStore {
  readonly #made = new Map<number, readonly SoapObject[]>();
  readonly #guids: Seeded;
  readonly #seed: (businessUnitId: number) => readonly SoapObject[];

  constructor(name: string, seed: (businessUnitId: number) => readonly SoapObject[]) {
    this.#seed = seed;
    this.#guids = new Seeded(`new objects: ${name}`);
  }

  of(businessUnitId: number): readonly SoapObject[] {
    const known = this.#made.get(businessUnitId) ?? this.#seed(businessUnitId);
    this.#made.set(businessUnitId, known);
    return known;
  }

  /** The objects of several business units, as a type lists them. */
  readonly list = (_token: Issued, businessUnitIds: readonly number[]): readonly SoapObject[] =>
    businessUnitIds.flatMap((id) => this.of(id));

  /** Create, Update and Delete by a type's rules. */
  writing(rules: WritingRules): ObjectWriting {
    const shown = (object: SoapObject): Written => (rules.showsObject === false ? {} : { object });
    return {
      scope: rules.scope,
      messages: rules.messages,
      exists: (request) => this.#find(request, rules.identity) !== undefined,
      perform: {
        create: (request) => {
          const object = this.#create(request, rules);
          const { ID: newId, ObjectID: newObjectId } = object;
          return {
            ...shown(object),
            newId: typeof newId === 'number' ? newId : 0,
            newObjectId: typeof newObjectId === 'string' ? newObjectId : undefined,
          };
        },
        update: (request) => shown(this.#update(request, rules)),
        delete: (request) => {
          const object = this.#existing(request, rules);
          const all = this.of(request.token.businessUnitId);
          rules.mayDelete?.(object, all);
          this.#made.set(
            request.token.businessUnitId,
            all.filter((each) => each !== object),
          );
          return shown(request.given);
        },
      },
    };
  }

  #create({ given, token: { businessUnitId }, now }: WriteRequest, rules: WritingRules): SoapObject {
    const all = this.of(businessUnitId);
    for (const name of rules.required) {
      if (given[name] === undefined || given[name] === '') throw new SoapRefusal(`${name} is required.`);
    }
    assertUnique(given, all, rules);
    const id = Math.max(0, ...all.map(({ ID }) => Number(ID ?? 0))) + 1;
    const object = rules.complete(given, { id, objectId: this.#guids.guid(), businessUnitId, now: new Date(now) });
    this.#made.set(businessUnitId, [...all, object]);
    return object;
  }

  #update(request: WriteRequest, rules: WritingRules): SoapObject {
    const { given, token, now } = request;
    const existing = this.#existing(request, rules);
    const all = this.of(token.businessUnitId);
    const changes = Object.fromEntries(Object.entries(given).filter(([name]) => !FIXED.has(name)));
    assertUnique(
      changes,
      all.filter((each) => each !== existing),
      rules,
    );
    const changed = { ...existing, ...changes, ModifiedDate: new Date(now) };
    this.#made.set(
      token.businessUnitId,
      all.map((each) => (each === existing ? changed : each)),
    );
    return changed;
  }

  #existing(request: WriteRequest, { identity, missing }: WritingRules): SoapObject {
    const found = this.#find(request, identity);
    if (found === undefined) throw new SoapRefusal(...missing);
    return found;
  }

  #find({ given, token }: WriteRequest, identity: readonly string[]): SoapObject | undefined {
    const name = identity.find((each) => given[each] !== undefined && given[each] !== '');
    if (name === undefined) return undefined;
    return this.of(token.businessUnitId).find((object) => isSame(object[name], given[name]));
  }
}

function assertUnique(given: SoapObject, others: readonly SoapObject[], { unique, taken }: WritingRules): void {
  const clash = unique.some(
    (name) => (given[name] ?? '') !== '' && others.some((other) => isSame(other[name], given[name])),
  );
  if (clash) throw new SoapRefusal(...taken);
}

function isSame(one: SoapValue | undefined, other: SoapValue | undefined): boolean {
  const text = plainText(one);
  return text !== undefined && text === plainText(other);
}

function plainText(value: SoapValue | undefined): string | undefined {
  return typeof value === 'string' || typeof value === 'number' ? String(value).toLowerCase() : undefined;
}
