import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import ts from 'typescript';
import { entryPoints, NAME, ROOT } from './stage';

/** The names that an entry point exports and whose doc comment has no example. */
function withoutExample(program: ts.Program, file: string): string[] {
  const checker = program.getTypeChecker();
  const source = program.getSourceFile(file);
  const module = source && checker.getSymbolAtLocation(source);
  if (module === undefined) throw new Error(`${file} is no module.`);
  return checker
    .getExportsOfModule(module)
    .map((symbol) => (symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol))
    .filter((symbol) => !symbol.getJsDocTags(checker).some(({ name }) => name === 'example'))
    .map(({ name }) => name);
}

test('each name that an entry point exports has an example in its doc comment', async () => {
  const names = (await entryPoints()).map((path) => path.replace(NAME, '').replace('/', ''));
  const files = names.map((name) => {
    const folder = ['emulator', 'testing'].includes(name);
    return join(ROOT, 'src', name === '' ? 'index.ts' : folder ? `${name}/index.ts` : `${name}.ts`);
  });
  const { config } = ts.readConfigFile(join(ROOT, 'tsconfig.json'), (path) => ts.sys.readFile(path)) as {
    config: unknown;
  };
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, ROOT);
  const program = ts.createProgram(files, options);
  expect(files.flatMap((file) => withoutExample(program, file).map((name) => `${file}: ${name}`))).toEqual([]);
}, 120_000);
