/** Which names of a framework's layer classes a source file holds as data: in string literals and as keys. */
import ts from 'typescript';

export function frameworkNames(file: string, text: string, classes: ReadonlySet<string>): string[] {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, false);
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    const name = nameIn(node);
    if (name !== undefined && classes.has(name)) found.push(name);
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

function nameIn(node: ts.Node): string | undefined {
  if (ts.isStringLiteralLike(node)) return node.text;
  return ts.isPropertyAssignment(node) && ts.isIdentifier(node.name) ? node.name.text : undefined;
}
