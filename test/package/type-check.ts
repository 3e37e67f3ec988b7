import { join } from 'node:path';
import type TypeScript from 'typescript';
import { packageOf } from './package-of';

/** A program to check: a project's folder, files in it, and compiler options as `tsconfig.json` has them. */
export interface Program {
  readonly name: string;
  readonly folder: string;
  readonly files: readonly string[];
  readonly options: object;
}

/** What came of it. */
export interface Checked {
  readonly name: string;
  /** In its own files and in the package’s declarations; those of other packages are not checked. */
  readonly problems: readonly string[];
  /** The packages whose declarations it reached, with their versions. */
  readonly packages: readonly string[];
}

/**
 * Run as a process of its own: checks programs with one version of TypeScript. What they share is read once.
 *
 * Arguments: the path of the compiler, the name of the package, the programs as JSON.
 */
async function main([compiler = '', ours = '', programs = '[]']: readonly string[]): Promise<void> {
  const { default: ts } = (await import(compiler)) as { default: typeof TypeScript };
  const check = checker(ts, ours);
  process.stdout.write(JSON.stringify((JSON.parse(programs) as Program[]).map(check)));
}

function checker(ts: typeof TypeScript, ours: string): (program: Program) => Checked {
  const parsed = new Map<string, TypeScript.SourceFile | undefined>();

  const describe = (folder: string, { file, start, code, messageText }: TypeScript.Diagnostic): string => {
    const text = `TS${code}: ${ts.flattenDiagnosticMessageText(messageText, '\n')}`;
    if (file === undefined) return text;
    const { line } = file.getLineAndCharacterOfPosition(start ?? 0);
    return `${file.fileName.replace(`${folder}/`, '')}:${line + 1} ${text}`;
  };

  return ({ name, folder, files, options: json }) => {
    const { options, errors } = ts.convertCompilerOptionsFromJson(json, folder);
    const host = ts.createCompilerHost(options);
    host.getCurrentDirectory = () => folder;
    const parse = host.getSourceFile.bind(host);
    host.getSourceFile = (path, format, ...more) => {
      const key = JSON.stringify([path, format]);
      if (!parsed.has(key)) parsed.set(key, parse(path, format, ...more));
      return parsed.get(key);
    };
    const program = ts.createProgram(
      files.map((file) => join(folder, file)),
      options,
      host,
    );
    const diagnostics = [
      ...errors,
      ...program.getOptionsDiagnostics(),
      ...program.getGlobalDiagnostics(),
      ...program
        .getSourceFiles()
        .filter(({ fileName }) => [undefined, ours].includes(packageOf(fileName)?.name))
        .flatMap((file) => [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)]),
    ];
    const packages = program.getSourceFiles().flatMap(({ fileName }) => packageOf(fileName)?.id() ?? []);
    return { name, problems: diagnostics.map((one) => describe(folder, one)), packages: [...new Set(packages)].sort() };
  };
}

main(process.argv.slice(2)).catch((error: unknown) => {
  process.stderr.write(String(error));
  process.exitCode = 1;
});
