import type { Condition, Operator } from './condition';
import type { FieldCatalogue } from './fields';
import { invalidParameter } from '../../data/input-error';

const OPERATORS: ReadonlySet<string> = new Set<Operator>(['eq', 'neq', 'lt', 'lte', 'gt', 'gte', 'like', 'in']);
const PUNCTUATION = '(),';
const MAX_DEPTH = 50;

interface Token {
  readonly text: string;
  /** Quoted text is always a value, not a word of the grammar. */
  readonly quoted: boolean;
}

/**
 * Parses a `$filter`: `name like 'sale' and (assetType.id in (207, 208) or status.name neq "Draft")`.
 *
 * `and` binds more tightly than `or`; a quote in quoted text is doubled. Salesforce documents only a single comparison for
 * `$filter`; this grammar accepts more.
 *
 * @throws InputError that says what was expected
 * @see https://developer.salesforce.com/docs/marketing/marketing-cloud/references/mc_rest_assets/assetSimpleQuery.html
 */
export function parseFilter(source: string, catalogue: FieldCatalogue): Condition {
  return new FilterParser(toTokens(source), catalogue).parse();
}

class FilterParser {
  readonly #tokens: readonly Token[];
  readonly #catalogue: FieldCatalogue;
  #position = 0;
  #depth = 0;

  constructor(tokens: readonly Token[], catalogue: FieldCatalogue) {
    this.#tokens = tokens;
    this.#catalogue = catalogue;
  }

  parse(): Condition {
    const condition = this.#any();
    const rest = this.#tokens[this.#position];
    if (rest !== undefined) throw invalid(`Expected and, or, or the end, found ${rest.text}.`);
    return condition;
  }

  #any(): Condition {
    const parts = [this.#all()];
    while (this.#take('or')) parts.push(this.#all());
    return join('any', parts);
  }

  #all(): Condition {
    const parts = [this.#term()];
    while (this.#take('and')) parts.push(this.#term());
    return join('all', parts);
  }

  #term(): Condition {
    if (!this.#take('(')) return this.#comparison();
    this.#depth += 1;
    if (this.#depth > MAX_DEPTH) throw invalid(`Parentheses are nested deeper than ${MAX_DEPTH}.`);
    const condition = this.#any();
    this.#expect(')');
    this.#depth -= 1;
    return condition;
  }

  #comparison(): Condition {
    const field = this.#next('a field');
    const path = field.quoted ? undefined : this.#catalogue.leaf(field.text);
    if (path === undefined) throw invalid(`${field.text} is not a field to filter by.`);
    const operator = this.#next('an operator');
    const name = operator.text.toLowerCase();
    if (operator.quoted || !isOperator(name)) {
      throw invalid(`${operator.text} is not one of ${[...OPERATORS].join(', ')}.`);
    }
    return { kind: 'test', path, operator: name, values: name === 'in' ? this.#list() : [this.#value()] };
  }

  #list(): string[] {
    this.#expect('(');
    const values = [this.#value()];
    while (this.#take(',')) values.push(this.#value());
    this.#expect(')');
    return values;
  }

  #value(): string {
    const token = this.#next('a value');
    if (!token.quoted && PUNCTUATION.includes(token.text)) throw invalid(`Expected a value, found ${token.text}.`);
    return token.text;
  }

  #next(expected: string): Token {
    const token = this.#tokens[this.#position];
    if (token === undefined) throw invalid(`Expected ${expected}, found the end.`);
    this.#position += 1;
    return token;
  }

  #take(word: string): boolean {
    const token = this.#tokens[this.#position];
    if (token === undefined || token.quoted || token.text.toLowerCase() !== word) return false;
    this.#position += 1;
    return true;
  }

  #expect(word: string): void {
    if (this.#take(word)) return;
    throw invalid(`Expected ${word}, found ${this.#tokens[this.#position]?.text ?? 'the end'}.`);
  }
}

function join(kind: 'all' | 'any', parts: readonly Condition[]): Condition {
  const [only, ...others] = parts;
  return only !== undefined && others.length === 0 ? only : { kind, of: parts };
}

function isOperator(name: string): name is Operator {
  return OPERATORS.has(name);
}

function toTokens(source: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  while (at < source.length) {
    const character = source.charAt(at);
    if (isSpace(character)) {
      at += 1;
    } else if (PUNCTUATION.includes(character)) {
      tokens.push({ text: character, quoted: false });
      at += 1;
    } else if (character === "'" || character === '"') {
      const { text, end } = parseQuoted(source, at, character);
      tokens.push({ text, quoted: true });
      at = end;
    } else {
      const start = at;
      while (at < source.length && !isSpace(source.charAt(at)) && !`${PUNCTUATION}'"`.includes(source.charAt(at)))
        at += 1;
      tokens.push({ text: source.slice(start, at), quoted: false });
    }
  }
  return tokens;
}

function parseQuoted(source: string, start: number, quote: string): { text: string; end: number } {
  const pieces: string[] = [];
  let from = start + 1;
  for (;;) {
    const close = source.indexOf(quote, from);
    if (close < 0) throw invalid('A quote is not closed.');
    pieces.push(source.slice(from, close));
    if (source.charAt(close + 1) !== quote) return { text: pieces.join(quote), end: close + 1 };
    from = close + 2;
  }
}

function isSpace(character: string): boolean {
  return character === ' ' || character === '\t' || character === '\n' || character === '\r';
}

function invalid(reason: string) {
  return invalidParameter('$filter', reason);
}
