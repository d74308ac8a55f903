/**
 * Reads which modules a source file names – static and dynamic imports, re-exports, `require`, import
 * types – and which of our folders or packages they are. Purely textual: nothing is resolved on disk.
 */
import { posix } from 'node:path';
import ts from 'typescript';

/** One module named by one file; `target` is a folder of ours ("src/store") or a package ("node:fs"). */
export interface Import {
  readonly file: string;
  readonly line: number;
  readonly specifier: string;
  readonly target: { readonly folder: string } | { readonly package: string };
}

/** Imports of a file, whose path is relative to the repository root with forward slashes. */
export function importsOf(file: string, text: string): Import[] {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true, kindOf(file));
  const found: Import[] = [];
  const visit = (node: ts.Node): void => {
    const specifier = specifierOf(node);
    if (specifier)
      found.push(describeImport(file, source.getLineAndCharacterOfPosition(specifier.pos).line + 1, specifier.text));
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

/** The folder whose rule holds for a path: "src/store" for "src/store/commit.ts", "webview" for "webview/main.tsx". */
export function folderOf(path: string): string {
  const [first = '', second = ''] = path.split('/');
  return first === 'src' ? `src/${second}` : first;
}

function describeImport(file: string, line: number, specifier: string): Import {
  const target = specifier.startsWith('.')
    ? { folder: folderOf(posix.normalize(posix.join(posix.dirname(file), specifier))) }
    : { package: packageOf(specifier) };
  return { file, line, specifier, target };
}

function packageOf(specifier: string): string {
  if (specifier.startsWith('node:')) return specifier;
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
}

function specifierOf(node: ts.Node): ts.StringLiteralLike | undefined {
  if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) return literal(node.moduleSpecifier);
  if (ts.isExternalModuleReference(node)) return literal(node.expression);
  if (ts.isImportTypeNode(node))
    return ts.isLiteralTypeNode(node.argument) ? literal(node.argument.literal) : undefined;
  if (ts.isCallExpression(node) && isLoading(node.expression)) return literal(node.arguments[0]);
  return undefined;
}

function isLoading(callee: ts.Expression): boolean {
  return callee.kind === ts.SyntaxKind.ImportKeyword || /^require(\.resolve)?$/.test(callee.getText());
}

function literal(node: ts.Node | undefined): ts.StringLiteralLike | undefined {
  return node && ts.isStringLiteralLike(node) ? node : undefined;
}

function kindOf(file: string): ts.ScriptKind {
  return file.endsWith('x') ? ts.ScriptKind.TSX : ts.ScriptKind.TS;
}
