/**
 * Reads which modules a source file names – static and dynamic imports, re-exports, `require`, import
 * types – and which of our folders or packages they are. Purely textual: nothing is resolved on disk.
 */
import { posix } from 'node:path';
import ts from 'typescript';

/** One module named by one file; `target` is a file in a folder of ours ("src/store") or a package ("node:fs"). */
export interface Import {
  readonly file: string;
  readonly line: number;
  readonly specifier: string;
  readonly target: { readonly folder: string; readonly path: string } | { readonly package: string };
  /** Gone when the file runs. */
  readonly isType: boolean;
}

/** Imports of a file, whose path is relative to the repository root with forward slashes. */
export function importsOf(file: string, text: string): Import[] {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true, kindOf(file));
  const found: Import[] = [];
  const visit = (node: ts.Node): void => {
    const specifier = specifierOf(node);
    if (specifier) {
      const line = source.getLineAndCharacterOfPosition(specifier.pos).line + 1;
      found.push({
        file,
        line,
        specifier: specifier.text,
        target: targetOf(file, specifier.text),
        isType: isType(node),
      });
    }
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

function targetOf(file: string, specifier: string): Import['target'] {
  if (!specifier.startsWith('.')) return { package: packageOf(specifier) };
  const path = posix.normalize(posix.join(posix.dirname(file), specifier));
  return { folder: folderOf(path), path };
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

function isType(node: ts.Node): boolean {
  if (ts.isImportTypeNode(node)) return true;
  if (ts.isExportDeclaration(node)) return node.isTypeOnly || allTypes(node.exportClause);
  if (!ts.isImportDeclaration(node) || !node.importClause) return false;
  const { isTypeOnly, name, namedBindings } = node.importClause;
  return isTypeOnly || (!name && allTypes(namedBindings));
}

function allTypes(names: ts.NamedExportBindings | ts.NamedImportBindings | undefined): boolean {
  if (!names || !(ts.isNamedImports(names) || ts.isNamedExports(names))) return false;
  return names.elements.length > 0 && names.elements.every((one) => one.isTypeOnly);
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
