import { parseServerDate, toRowTime } from './server-time';

/** What a column holds, by its name in Contact Builder. */
export type ColumnType = 'Text' | 'EmailAddress' | 'Number' | 'Decimal' | 'Boolean' | 'Date';

/** A column of a data extension. */
export interface Column {
  /** In lower case: the REST API shows every column in lower case. */
  readonly name: string;
  readonly type: ColumnType;
  readonly isPrimaryKey: boolean;
}

/** The maximum length of a value, in characters; the other types have none. */
export const MAX_LENGTHS: Readonly<Partial<Record<ColumnType, number>>> = { Text: 4000, EmailAddress: 254 };

/** A stored value: a number, or text (dates in ISO form in UTC, booleans as `True` and `False`). Empty text is no value. */
export type Cell = string | number;

/** Formats a stored value as the APIs show it, always as text: dates in server time, decimals with two digits. */
export function formatCell(cell: Cell, { type }: Column): string {
  if (cell === '') return '';
  if (type === 'Date') return toRowTime(Date.parse(String(cell)));
  return type === 'Decimal' && typeof cell === 'number' ? cell.toFixed(2) : String(cell);
}

/** Parses a value of a request for a column. Returns `undefined` when the column cannot hold it. */
export function parseCell(value: unknown, { type, isPrimaryKey }: Column): Cell | undefined {
  if (value === null || value === undefined || value === '') return isPrimaryKey ? undefined : '';
  if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'boolean') return undefined;
  const text = String(value);
  switch (type) {
    case 'Number':
      return /^-?\d{1,15}$/.test(text) ? Number(text) : undefined;
    case 'Decimal':
      return /^-?\d{1,15}(\.\d{1,9})?$/.test(text) ? Number(text) : undefined;
    case 'Boolean':
      return parseBoolean(text);
    case 'Date':
      return parseServerDate(text);
    case 'EmailAddress':
      return isEmailAddress(text) ? text : undefined;
    case 'Text':
      return text.length <= 4000 ? text : undefined;
  }
}

function parseBoolean(text: string): Cell | undefined {
  const lower = text.toLowerCase();
  if (lower === 'true' || lower === '1') return 'True';
  return lower === 'false' || lower === '0' ? 'False' : undefined;
}

function isEmailAddress(text: string): boolean {
  const [local, domain, ...rest] = text.split('@');
  return local !== undefined && local !== '' && rest.length === 0 && domain?.includes('.') === true && !/\s/.test(text);
}
