import { PerBusinessUnit } from '../data/per-business-unit';
import { SeededRandom } from '../data/seeded-random';
import type { IssuedToken } from '../tokens/token-store';
import { SoapRefusal } from './soap-faults';
import type { SoapObject, SoapValue } from './soap-value';
import type { ObjectWriting, WriteOperation, WriteRequest, Written } from './soap-type';

/** An error message and its `ErrorCode`. */
export type SoapErrorArguments = readonly [message: string, errorCode: number];

/** The values of a new object that the server sets. */
export interface NewObject {
  readonly id: number;
  readonly objectId: string;
  readonly businessUnitId: number;
  readonly now: Date;
}

/** How the objects of one type in an `ObjectStore` are written. */
export interface WritingRules {
  /** The scope that a token needs to write objects. */
  readonly scope: string;
  readonly messages: Readonly<Record<WriteOperation, string>>;
  /** The properties that name an object in an Update or Delete; the first one in the request is used. */
  readonly identity: readonly string[];
  /** The properties that a Create must have. */
  readonly required: readonly string[];
  /** The properties whose values are unique in a business unit, in any letter case. */
  readonly unique: readonly string[];
  readonly missing: SoapErrorArguments;
  readonly taken: SoapErrorArguments;
  /** Returns the complete new object. @throws SoapRefusal for an object that cannot be created */
  readonly complete: (given: SoapObject, created: NewObject) => SoapObject;
  /** Called before an object is deleted. @throws SoapRefusal for an object that cannot be deleted */
  readonly assertDeletable?: (object: SoapObject, all: readonly SoapObject[]) => void;
  /** Whether answers show the object. @default true */
  readonly showsObject?: boolean;
}

/** The properties that an Update does not change. */
const FIXED: ReadonlySet<string> = new Set(['ID', 'ObjectID', 'Client.ID', 'CreatedDate', 'PartnerKey']);

/** The objects of one type in every business unit, in memory. */
export class ObjectStore {
  readonly #objects: PerBusinessUnit<readonly SoapObject[]>;
  readonly #guids: SeededRandom;

  /** @param seed creates the objects that a business unit starts with */
  constructor(name: string, seed: (businessUnitId: number) => readonly SoapObject[]) {
    this.#objects = new PerBusinessUnit(({ businessUnitId }) => seed(businessUnitId));
    this.#guids = new SeededRandom(`new objects: ${name}`);
  }

  get(businessUnitId: number): readonly SoapObject[] {
    return this.#objects.get({ businessUnitId });
  }

  /** Lists the objects of several business units, for `list` of a type. */
  readonly list = (_token: IssuedToken, businessUnitIds: readonly number[]): readonly SoapObject[] =>
    businessUnitIds.flatMap((id) => this.get(id));

  /** Returns `writing` of a type. */
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
          const all = this.get(request.token.businessUnitId);
          rules.assertDeletable?.(object, all);
          this.#objects.set(
            request.token,
            all.filter((each) => each !== object),
          );
          return shown(request.given);
        },
      },
    };
  }

  #create({ given, token: { businessUnitId }, now }: WriteRequest, rules: WritingRules): SoapObject {
    const all = this.get(businessUnitId);
    for (const name of rules.required) {
      if (given[name] === undefined || given[name] === '') throw new SoapRefusal(`${name} is required.`);
    }
    assertUnique(given, all, rules);
    const id = Math.max(0, ...all.map(({ ID }) => Number(ID ?? 0))) + 1;
    const object = rules.complete(given, { id, objectId: this.#guids.guid(), businessUnitId, now: new Date(now) });
    this.#objects.set({ businessUnitId }, [...all, object]);
    return object;
  }

  #update(request: WriteRequest, rules: WritingRules): SoapObject {
    const { given, token, now } = request;
    const existing = this.#existing(request, rules);
    const all = this.get(token.businessUnitId);
    const changes = Object.fromEntries(Object.entries(given).filter(([name]) => !FIXED.has(name)));
    assertUnique(
      changes,
      all.filter((each) => each !== existing),
      rules,
    );
    const changed = { ...existing, ...changes, ModifiedDate: new Date(now) };
    this.#objects.set(
      token,
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
    return this.get(token.businessUnitId).find((object) => hasSameText(object[name], given[name]));
  }
}

function assertUnique(given: SoapObject, others: readonly SoapObject[], { unique, taken }: WritingRules): void {
  const clash = unique.some(
    (name) => (given[name] ?? '') !== '' && others.some((other) => hasSameText(other[name], given[name])),
  );
  if (clash) throw new SoapRefusal(...taken);
}

function hasSameText(one: SoapValue | undefined, other: SoapValue | undefined): boolean {
  const text = toPlainText(one);
  return text !== undefined && text === toPlainText(other);
}

function toPlainText(value: SoapValue | undefined): string | undefined {
  return typeof value === 'string' || typeof value === 'number' ? String(value).toLowerCase() : undefined;
}
