import { rowTime } from './server-time';

/** What a column holds, in the words of Contact Builder. */
export type ColumnType = 'Text' | 'EmailAddress' | 'Number' | 'Decimal' | 'Boolean' | 'Date';

/** A column of a data extension. */
export interface Column {
  /** In lower case, as the REST API shows every column, however it was named. */
  readonly name: string;
  readonly type: ColumnType;
  readonly isPrimaryKey: boolean;
}

/** How long the values of a column may be; other columns have no such limit. */
export const MAX_LENGTHS: Readonly<Partial<Record<ColumnType, number>>> = { Text: 4000, EmailAddress: 254 };

/** A value at rest: numbers and dates (milliseconds since the epoch, as ISO text) keep their order; '' is nothing. */
export type Cell = string | number;

/** A value as the REST API shows it: always text. */
export function shownCell(cell: Cell, { type }: Column): string {
  if (cell === '') return '';
  if (type === 'Date') return rowTime(Date.parse(String(cell)));
  return type === 'Decimal' && typeof cell === 'number' ? cell.toFixed(2) : String(cell);
}

/** Reads a value of a request for a column; undefined when the column cannot hold it. */
export function readCell(value: unknown, { type, isPrimaryKey }: Column): Cell | undefined {
  if (value === null || value === undefined || value === '') return isPrimaryKey ? undefined : '';
  if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'boolean') return undefined;
  const text = String(value);
  switch (type) {
    case 'Number':
      return /^-?\d{1,15}$/.test(text) ? Number(text) : undefined;
    case 'Decimal':
      return /^-?\d{1,15}(\.\d{1,9})?$/.test(text) ? Number(text) : undefined;
    case 'Boolean':
      return readBoolean(text);
    case 'Date':
      return readDate(text);
    case 'EmailAddress':
      return isEmailAddress(text) ? text : undefined;
    case 'Text':
      return text.length <= 4000 ? text : undefined;
  }
}

function readBoolean(text: string): Cell | undefined {
  const lower = text.toLowerCase();
  if (lower === 'true' || lower === '1') return 'True';
  return lower === 'false' || lower === '0' ? 'False' : undefined;
}

/**
 * A date of a request as ISO text, or undefined. Dates without a zone are in the time of Marketing Cloud's servers, six
 * hours behind UTC.
 */
export function readDate(text: string): string | undefined {
  if (!/^(\d{4}-\d\d-\d\d|\d{1,2}\/\d{1,2}\/\d{4})([T ].*)?$/.test(text)) return undefined;
  const hasZone = /(z|[+-]\d\d:\d\d)$/i.test(text);
  const epochMs = Date.parse(hasZone ? text : text.includes('T') ? `${text}-06:00` : `${text} GMT-0600`);
  return Number.isNaN(epochMs) ? undefined : new Date(epochMs).toISOString();
}

function isEmailAddress(text: string): boolean {
  const [local, domain, ...rest] = text.split('@');
  return local !== undefined && local !== '' && rest.length === 0 && domain?.includes('.') === true && !/\s/.test(text);
}
