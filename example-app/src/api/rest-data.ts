import { ApiError, MarketingCloudError, type RestClient } from 'passport-marketing-cloud';

/** One page of a list, as text. */
export interface ListPage {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** The number of items in the whole list. */
  readonly count: number;
  /** The number of this page. The first one is 1. */
  readonly page: number;
  readonly pageSize: number;
}

type JsonObject = Readonly<Record<string, unknown>>;

const PAGE_SIZE = 10;

// #region assets
/**
 * Reads a page of the assets in Content Builder.
 *
 * @see https://developer.salesforce.com/docs/marketing/marketing-cloud/guide/getAssetCollection.html
 */
export async function readAssets(rest: RestClient, page: number): Promise<ListPage> {
  const query = { $page: page, $pageSize: PAGE_SIZE };
  const { items, ...list } = parseList(await rest.get('/asset/v1/content/assets', { query }), page);
  return {
    ...list,
    columns: ['Name', 'Type', 'Status', 'Changed', 'Id'],
    rows: items.map((asset) => [
      toText(asset['name']),
      toText(toObject(asset['assetType'])['displayName'] ?? toObject(asset['assetType'])['name']),
      toText(toObject(asset['status'])['name']),
      toDate(asset['modifiedDate']),
      toText(asset['id']),
    ]),
  };
}
// #endregion

// #region rows
/**
 * Reads a page of a data extension's rows. `key` is its external key.
 *
 * @see https://developer.salesforce.com/docs/marketing/marketing-cloud/guide/getDataExtensionRows.html
 */
export async function readRows(rest: RestClient, key: string, page: number): Promise<ListPage> {
  // A server that decodes the path would resolve these segments, and the request would go to another resource.
  if (/(?:^|[/\\])\.\.?(?:[/\\;]|$)/.test(key)) throw new ApiError({ status: 404 });
  const path = `/data/v1/customobjectdata/key/${encodeURIComponent(key)}/rowset`;
  const query = { $page: page, $pageSize: PAGE_SIZE };
  const { items, ...list } = parseList(await rest.get(path, { query }), page);
  const rows = items.map((row): JsonObject => ({ ...toObject(row['keys']), ...toObject(row['values']) }));
  // Marketing Cloud omits empty values, so a single row may not have every column.
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  return { ...list, columns, rows: rows.map((row) => columns.map((column) => toText(row[column]))) };
}
// #endregion

/** @throws MarketingCloudError `invalid_response` if the answer is not a list */
function parseList(
  answer: unknown,
  page: number,
): Pick<ListPage, 'count' | 'page' | 'pageSize'> & { readonly items: readonly JsonObject[] } {
  // An empty list has no `items`.
  const { count, pageSize, items = [] } = toObject(answer);
  if (typeof count !== 'number' || !Array.isArray(items)) throw new MarketingCloudError('invalid_response');
  return {
    items: items.map(toObject),
    count,
    page,
    pageSize: typeof pageSize === 'number' && pageSize > 0 ? pageSize : PAGE_SIZE,
  };
}

function toObject(value: unknown): JsonObject {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}

function toText(value: unknown): string {
  if (typeof value === 'string') return value;
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : '';
}

function toDate(value: unknown): string {
  return typeof value === 'string' ? (/^\d{4}-\d{2}-\d{2}/.exec(value)?.[0] ?? '') : '';
}
