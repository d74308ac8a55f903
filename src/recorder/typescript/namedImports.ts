/** Which names a module imports from where: of a CommonJS package, Node finds only those that it can read off the text. */
import { parse } from 'acorn';

/** By what the import says of the module. None of an import that takes all names at once. */
export function namedImports(code: string): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>();
  if (!/\bimport\b/.test(code)) return found;
  for (const node of parse(code, { ecmaVersion: 'latest', sourceType: 'module', allowHashBang: true }).body) {
    if (node.type !== 'ImportDeclaration' || typeof node.source.value !== 'string') continue;
    const names = node.specifiers.flatMap((specifier) =>
      specifier.type === 'ImportSpecifier' && specifier.imported.type === 'Identifier' ? [specifier.imported.name] : [],
    );
    const isWhole = node.specifiers.some(({ type }) => type === 'ImportNamespaceSpecifier');
    if (!isWhole && names.length > 0) found.set(node.source.value, [...(found.get(node.source.value) ?? []), ...names]);
  }
  return found;
}
