import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { ROOT } from './stage';

/** A member of a type, or an entry of an object, as its source documents it. */
export interface Documented {
  readonly name: string;
  /** As the source writes it, in one line, without `undefined`. Empty for an entry of an object. */
  readonly type: string;
  /** The text of the doc comment, its paragraphs in one line each. */
  readonly paragraphs: readonly string[];
  /** What its tag `@default` says. */
  readonly default: string | undefined;
}

/** The documented members of an interface, a class or a constant object of a source file, in order. */
export function membersOf(file: string, name: string): Documented[] {
  const source = parse(file);
  const members: Documented[] = [];
  for (const statement of source.statements) {
    if ((ts.isInterfaceDeclaration(statement) || ts.isClassDeclaration(statement)) && statement.name?.text === name) {
      for (const member of statement.members) members.push(...documented(member, source));
    }
    if (!ts.isVariableStatement(statement)) continue;
    for (const { name: declared, initializer } of statement.declarationList.declarations) {
      if (declared.getText(source) !== name || initializer === undefined) continue;
      for (const property of toObject(initializer)?.properties ?? []) members.push(...documented(property, source));
    }
  }
  if (members.length === 0) throw new Error(`${file} has no ${name} with documented members.`);
  return members;
}

/** The names in a union type of literals. */
export function literalsOf(file: string, name: string): string[] {
  const source = parse(file);
  const [alias] = source.statements.filter(ts.isTypeAliasDeclaration).filter((each) => each.name.text === name);
  if (alias === undefined || !ts.isUnionTypeNode(alias.type)) throw new Error(`${file} has no union ${name}.`);
  return alias.type.types.map((type) => type.getText(source).replaceAll("'", ''));
}

function parse(file: string): ts.SourceFile {
  return ts.createSourceFile(file, readFileSync(join(ROOT, file), 'utf8'), ts.ScriptTarget.Latest, true);
}

/** The object behind `as const` and `satisfies`. */
function toObject(expression: ts.Expression): ts.ObjectLiteralExpression | undefined {
  if (ts.isAsExpression(expression) || ts.isSatisfiesExpression(expression)) return toObject(expression.expression);
  return ts.isObjectLiteralExpression(expression) ? expression : undefined;
}

function documented(
  node: ts.TypeElement | ts.ClassElement | ts.ObjectLiteralElementLike,
  source: ts.SourceFile,
): Documented[] {
  const [doc] = ts.getJSDocCommentsAndTags(node).filter(ts.isJSDoc);
  if (doc === undefined || node.name === undefined || ts.isPrivateIdentifier(node.name)) return [];
  const tag = doc.tags?.find(({ tagName }) => tagName.text === 'default');
  return [
    {
      name: node.name.getText(source) + parametersOf(node, source),
      type: typeOf(node, source),
      paragraphs: textOf(doc.comment)
        .split(/\n\s*\n/)
        .map(toLine),
      default: tag === undefined ? undefined : toLine(textOf(tag.comment)),
    },
  ];
}

/** `(user, app?)` for a method, else nothing. */
function parametersOf(node: ts.Node, source: ts.SourceFile): string {
  if (!ts.isMethodDeclaration(node)) return '';
  const names = node.parameters.map(
    ({ name, questionToken, initializer }) =>
      name.getText(source) + (questionToken === undefined && initializer === undefined ? '' : '?'),
  );
  return `(${names.join(', ')})`;
}

function typeOf(node: ts.Node, source: ts.SourceFile): string {
  if (!ts.isPropertySignature(node)) return '';
  return toLine(node.type?.getText(source) ?? '').replace(/ \| undefined$/, '');
}

function textOf(comment: ts.JSDoc['comment']): string {
  return ts.getTextOfJSDocComment(comment) ?? '';
}

/** List items stay in lines of their own. */
function toLine(text: string): string {
  return text
    .split('\n')
    .map((line) => line.trim())
    .reduce((lines, line) => lines + (line.startsWith('- ') ? '\n' : ' ') + line, '')
    .trim()
    .replace(/\{@link (\w+)\}/g, '`$1`');
}
