import { getContentType, createLegacyMembers, createPerson, seedAssets } from '../../data/seeds/asset-seed';
import type { Account, Asset } from '../../data/seeds/asset-seed';
import { findAssetType, toShownType } from '../../data/asset-types';
import type { AssetType } from '../../data/asset-types';
import type { Folders } from '../../data/folders';
import type { Json, JsonObject } from '../../data/json';
import { isJsonObject } from '../../data/json';
import { invalidParameter } from '../../data/input-error';
import { RestError } from '../../http/rest-error';
import { SeededRandom } from '../../data/seeded-random';
import { toServerTimeWithZone } from '../../data/server-time';

const MAX_NAME_LENGTH = 200;

/** The members that a client may set, besides name, key and type; other members of a body are ignored. */
const WRITABLE = [
  'description',
  'content',
  'contentType',
  'design',
  'views',
  'data',
  'meta',
  'tags',
  'channels',
  'slots',
];

/** The user and the time of a change. */
export interface Edit {
  readonly userId: number | undefined;
  readonly now: number;
}

/** The assets of one business unit, in memory. */
export class AssetStore {
  readonly #account: Account;
  readonly #folders: Folders;
  readonly #assets: Map<number, Asset>;
  readonly #keys: SeededRandom;
  #nextId: number;

  constructor(account: Account, folders: Folders) {
    const assets = seedAssets(account);
    this.#account = account;
    this.#folders = folders;
    this.#assets = new Map(assets.map((asset) => [asset.id, asset]));
    this.#keys = new SeededRandom(`new assets of ${account.businessUnitId}`);
    this.#nextId = Math.max(...this.#assets.keys()) + 1;
  }

  all(): readonly Asset[] {
    return [...this.#assets.values()];
  }

  get(id: number): Asset | undefined {
    return this.#assets.get(id);
  }

  /** @throws InputError for an invalid body, RestError 409 when the customer key exists */
  create(body: JsonObject, type: AssetType, edit: Edit): Asset {
    const now = toServerTimeWithZone(edit.now);
    const editor = createPerson(edit.userId ?? 0);
    const id = this.#nextId;
    const customerKey = this.#parseFreeKey(body['customerKey']) ?? this.#keys.guid();
    const name = parseName(body['name']);
    const asset: Asset = {
      id,
      customerKey,
      objectID: this.#keys.guid(),
      contentType: getContentType(type),
      assetType: toShownType(type),
      ...(type.kind === 'savedContent' && type.name !== 'template' && { fileProperties: { fileName: name } }),
      name,
      description: '',
      owner: editor,
      createdDate: now,
      createdBy: editor,
      modifiedDate: now,
      modifiedBy: editor,
      enterpriseId: this.#account.enterpriseId,
      memberId: this.#account.businessUnitId,
      status: { id: 1, name: 'Draft' },
      thumbnail: { thumbnailUrl: `/v1/assets/${id}/thumbnail` },
      category: this.#parseCategory(body['category']) ?? this.#rootCategory(),
      ...createLegacyMembers(type, { id, customerKey }, this.#account),
      ...pickWritable(body),
      availableViews: [],
      modelVersion: 2,
    };
    this.#nextId += 1;
    return this.#put(asset);
  }

  /** Changes the members that a body names; the type of an asset cannot be changed. */
  update(asset: Asset, body: JsonObject, edit: Edit): Asset {
    const category = this.#parseCategory(body['category']);
    return this.#put({
      ...asset,
      ...pickWritable(body),
      name: body['name'] === undefined ? asset.name : parseName(body['name']),
      customerKey: this.#parseFreeKey(body['customerKey'], asset.id) ?? asset.customerKey,
      ...(category && { category }),
      modifiedDate: toServerTimeWithZone(edit.now),
      modifiedBy: createPerson(edit.userId ?? 0),
    });
  }

  /** Changes the members that a body names and clears the others. `name` is required; members set by the server stay. */
  replace(asset: Asset, body: JsonObject, edit: Edit): Asset {
    const fixed = Object.entries(asset).filter(([name]) => !WRITABLE.includes(name) || name === 'contentType');
    const name = parseName(body['name']);
    const cleared: Asset = { ...Object.fromEntries(fixed), id: asset.id, customerKey: asset.customerKey, name };
    return this.update({ ...cleared, description: '', category: this.#rootCategory() }, body, edit);
  }

  #put(asset: Asset): Asset {
    this.#assets.set(asset.id, asset);
    return asset;
  }

  remove(asset: Asset): void {
    this.#assets.delete(asset.id);
  }

  #parseFreeKey(key: Json, ownerId?: number): string | undefined {
    if (key === undefined) return undefined;
    if (typeof key !== 'string' || key === '') throw invalidParameter('customerKey', 'It must be text.');
    const owner = this.all().find((asset) => asset.customerKey.toLowerCase() === key.toLowerCase());
    if (owner === undefined || owner.id === ownerId) return key;
    throw new RestError(409, 30004, `An asset with the customerKey ${key} already exists.`);
  }

  /** Reads the category that a body names; an unknown folder gets a name made of its id. */
  #parseCategory(value: Json): JsonObject | undefined {
    if (value === undefined) return undefined;
    if (!isJsonObject(value) || typeof value['id'] !== 'number') {
      throw invalidParameter('category', 'It must have the id of a folder.');
    }
    const { id } = value;
    const { name = `Folder ${id}`, parentId = 0 } = this.#folders.find(this.#account.businessUnitId, id) ?? {};
    return { id, name, parentId };
  }

  #rootCategory(): JsonObject {
    const { id = 0, name = '', parentId = 0 } = this.#folders.findRoot(this.#account.businessUnitId, 'asset') ?? {};
    return { id, name, parentId };
  }
}

/** Reads the asset type that a body names. @throws InputError for an unknown one */
export function parseAssetType(body: JsonObject): AssetType {
  const type = findAssetType(body['assetType']);
  if (type === undefined) throw invalidParameter('assetType', 'It must have the id or the name of an asset type.');
  return type;
}

function parseName(value: Json): string {
  if (typeof value === 'string' && value.trim() !== '' && value.length <= MAX_NAME_LENGTH) return value;
  throw invalidParameter('name', `It must be text of 1 to ${MAX_NAME_LENGTH} characters.`);
}

function pickWritable(body: JsonObject): Readonly<Record<string, Json>> {
  return Object.fromEntries(
    WRITABLE.filter((name) => body[name] !== undefined).map((name) => [name, body[name]] as const),
  );
}
