import { contentTypeOf, legacyMembers, person, seedAssets } from './asset-seed';
import type { Account, Asset } from './asset-seed';
import { findAssetType, shownType } from './asset-types';
import type { AssetType } from './asset-types';
import type { Folders } from './folders';
import type { Json, JsonObject } from './json';
import { isJsonObject } from './json';
import { invalidParameter, RestError } from './rest-error';
import { Seeded } from './seeded';
import { serverTimeWithZone } from './server-time';

const maxNameLength = 200;

/** What a client may set, besides the name, the key and the type; everything else in a body is passed over. */
const writable = [
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

/** Who changes an asset, and when. */
export interface Edit {
  readonly userId: number | undefined;
  readonly now: number;
}

/** The Content Builder of one business unit, in memory. */
export class AssetStore {
  readonly #account: Account;
  readonly #folders: Folders;
  readonly #assets: Map<number, Asset>;
  readonly #keys: Seeded;
  #nextId: number;

  constructor(account: Account, folders: Folders) {
    const assets = seedAssets(account);
    this.#account = account;
    this.#folders = folders;
    this.#assets = new Map(assets.map((asset) => [asset.id, asset]));
    this.#keys = new Seeded(`new assets of ${account.businessUnitId}`);
    this.#nextId = Math.max(...this.#assets.keys()) + 1;
  }

  all(): readonly Asset[] {
    return [...this.#assets.values()];
  }

  get(id: number): Asset | undefined {
    return this.#assets.get(id);
  }

  /** @throws RestError 400 for a body that is no asset, 409 when its customer key is taken */
  create(body: JsonObject, type: AssetType, edit: Edit): Asset {
    const now = serverTimeWithZone(edit.now);
    const editor = person(edit.userId ?? 0);
    const id = this.#nextId;
    const customerKey = this.#freeKey(body['customerKey']) ?? this.#keys.guid();
    const name = readName(body['name']);
    const asset: Asset = {
      id,
      customerKey,
      objectID: this.#keys.guid(),
      contentType: contentTypeOf(type),
      assetType: shownType(type),
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
      category: this.#readCategory(body['category']) ?? this.#rootCategory(),
      ...legacyMembers(type, { id, customerKey }, this.#account),
      ...writablePart(body),
      availableViews: [],
      modelVersion: 2,
    };
    this.#nextId += 1;
    return this.#put(asset);
  }

  /** Changes the members a body names; the type of an asset stays what it is. */
  update(asset: Asset, body: JsonObject, edit: Edit): Asset {
    const category = this.#readCategory(body['category']);
    return this.#put({
      ...asset,
      ...writablePart(body),
      name: body['name'] === undefined ? asset.name : readName(body['name']),
      customerKey: this.#freeKey(body['customerKey'], asset.id) ?? asset.customerKey,
      ...(category && { category }),
      modifiedDate: serverTimeWithZone(edit.now),
      modifiedBy: person(edit.userId ?? 0),
    });
  }

  /** Changes the members a body names and empties the others; `name` is needed, and what the server sets stays. */
  replace(asset: Asset, body: JsonObject, edit: Edit): Asset {
    const kept = Object.entries(asset).filter(([name]) => !writable.includes(name) || name === 'contentType');
    const name = readName(body['name']);
    const emptied: Asset = { ...Object.fromEntries(kept), id: asset.id, customerKey: asset.customerKey, name };
    return this.update({ ...emptied, description: '', category: this.#rootCategory() }, body, edit);
  }

  #put(asset: Asset): Asset {
    this.#assets.set(asset.id, asset);
    return asset;
  }

  remove(asset: Asset): void {
    this.#assets.delete(asset.id);
  }

  #freeKey(asked: Json, ownerId?: number): string | undefined {
    if (asked === undefined) return undefined;
    if (typeof asked !== 'string' || asked === '') throw invalidParameter('customerKey', 'It must be text.');
    const owner = this.all().find((asset) => asset.customerKey.toLowerCase() === asked.toLowerCase());
    if (owner === undefined || owner.id === ownerId) return asked;
    throw new RestError(409, 30004, `An asset with the customerKey ${asked} already exists.`);
  }

  /** The category a body names; a folder that is not known is shown by its number. */
  #readCategory(value: Json): JsonObject | undefined {
    if (value === undefined) return undefined;
    if (!isJsonObject(value) || typeof value['id'] !== 'number') {
      throw invalidParameter('category', 'It must have the id of a folder.');
    }
    const { id } = value;
    const { name = `Folder ${id}`, parentId = 0 } = this.#folders.find(this.#account.businessUnitId, id) ?? {};
    return { id, name, parentId };
  }

  #rootCategory(): JsonObject {
    const { id = 0, name = '', parentId = 0 } = this.#folders.rootOf(this.#account.businessUnitId, 'asset') ?? {};
    return { id, name, parentId };
  }
}

/** The type of the asset a body describes. @throws RestError 400 when it names none that is known */
export function readAssetType(body: JsonObject): AssetType {
  const type = findAssetType(body['assetType']);
  if (type === undefined) throw invalidParameter('assetType', 'It must have the id or the name of an asset type.');
  return type;
}

function readName(value: Json): string {
  if (typeof value === 'string' && value.trim() !== '' && value.length <= maxNameLength) return value;
  throw invalidParameter('name', `It must be text of 1 to ${maxNameLength} characters.`);
}

function writablePart(body: JsonObject): Readonly<Record<string, Json>> {
  return Object.fromEntries(
    writable.filter((name) => body[name] !== undefined).map((name) => [name, body[name]] as const),
  );
}
