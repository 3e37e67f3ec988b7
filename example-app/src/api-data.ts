import { ApiError, MarketingCloudError, type RestClient } from 'passport-marketing-cloud';

/** One page of a list, as text. */
export interface Table {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
  readonly count: number;
  readonly page: number;
  readonly pageSize: number;
}

type JsonObject = Readonly<Record<string, unknown>>;

const PAGE_SIZE = 10;

/**
 * A page of the assets of Content Builder.
 *
 * @see https://developer.salesforce.com/docs/marketing/marketing-cloud/guide/getAssetCollection.html
 */
export async function readAssets(rest: RestClient, page: number): Promise<Table> {
  const list = readList(
    await rest.get('/asset/v1/content/assets', { query: { $page: page, $pageSize: PAGE_SIZE } }),
    page,
  );
  return {
    ...list,
    columns: ['Name', 'Type', 'Status', 'Changed', 'Id'],
    rows: list.items.map((asset) => [
      text(asset['name']),
      text(object(asset['assetType'])['displayName'] ?? object(asset['assetType'])['name']),
      text(object(asset['status'])['name']),
      day(asset['modifiedDate']),
      text(asset['id']),
    ]),
  };
}

/**
 * A page of the rows of a data extension, named by its external key.
 *
 * @see https://developer.salesforce.com/docs/marketing/marketing-cloud/guide/getDataExtensionRows.html
 */
export async function readRows(rest: RestClient, key: string, page: number): Promise<Table> {
  // Servers that decode the key would read these as steps in the path.
  if (/(?:^|[/\\])\.\.?(?:[/\\;]|$)/.test(key)) throw new ApiError({ status: 404 });
  const list = readList(
    await rest.get(`/data/v1/customobjectdata/key/${encodeURIComponent(key)}/rowset`, {
      query: { $page: page, $pageSize: PAGE_SIZE },
    }),
    page,
  );
  const cells = list.items.map((row): JsonObject => ({ ...object(row['keys']), ...object(row['values']) }));
  // Marketing Cloud leaves out what is empty, so one row does not name every column.
  const columns = [...new Set(cells.flatMap((row) => Object.keys(row)))];
  return { ...list, columns, rows: cells.map((row) => columns.map((column) => text(row[column]))) };
}

interface List {
  readonly items: readonly JsonObject[];
  readonly count: number;
  readonly page: number;
  readonly pageSize: number;
}

/** A list as Marketing Cloud's APIs write it; one without anything in it has no `items`. */
function readList(answer: unknown, page: number): List {
  const { count, pageSize, items = [] } = object(answer);
  if (typeof count !== 'number' || !Array.isArray(items)) throw new MarketingCloudError('invalid_response');
  return {
    items: items.map(object),
    count,
    page,
    pageSize: typeof pageSize === 'number' && pageSize > 0 ? pageSize : PAGE_SIZE,
  };
}

function object(value: unknown): JsonObject {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}

function text(value: unknown): string {
  if (typeof value === 'string') return value;
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : '';
}

function day(value: unknown): string {
  return typeof value === 'string' ? (/^\d{4}-\d{2}-\d{2}/.exec(value)?.[0] ?? '') : '';
}
