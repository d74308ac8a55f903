/**
 * Takes away imports that nothing but types used, as TypeScript does where it knows the whole program: a compiler
 * of single files cannot tell a type's name from a value's and leaves them, and then a module is asked for what
 * it never exported. Positions do not move: what goes becomes blanks.
 */
import { parse, type AnyNode, type ImportDeclaration } from 'acorn';

/** `code` is JavaScript whose types are blanks already; returned unchanged when it does not parse. */
export function elideImports(code: string): string {
  if (!/\bimport\b/.test(code)) return code;
  const program = parsed(code);
  if (!program) return code;
  const imports = program.body.filter((node) => node.type === 'ImportDeclaration');
  const used = new Set(program.body.filter((node) => node.type !== 'ImportDeclaration').flatMap(namesUsedIn));
  return imports.reduce((text, declaration) => withoutUnused(text, declaration, used), code);
}

function parsed(code: string) {
  try {
    return parse(code, { ecmaVersion: 'latest', sourceType: 'module', allowHashBang: true });
  } catch {
    return null;
  }
}

/** An import for its side effects alone has no names and stays. */
function withoutUnused(code: string, declaration: ImportDeclaration, used: ReadonlySet<string>): string {
  const { specifiers } = declaration;
  const unused = specifiers.filter(({ local }) => !used.has(local.name));
  if (unused.length === 0) return code;
  if (unused.length === specifiers.length) return blanked(code, declaration);
  return unused.reduce((text, specifier) => {
    const comma = /^\s*,/.exec(text.slice(specifier.end))?.[0].length ?? 0;
    return blanked(text, { start: specifier.start, end: specifier.end + comma });
  }, code);
}

function blanked(code: string, { start, end }: { readonly start: number; readonly end: number }): string {
  return code.slice(0, start) + code.slice(start, end).replace(/[^\n\r]/g, ' ') + code.slice(end);
}

/** Every identifier but names of properties; one that is declared again inside counts as used, which is harmless. */
function namesUsedIn(node: AnyNode): string[] {
  if (node.type === 'Identifier') return [node.name];
  return Object.entries(node).flatMap(([field, value]) => {
    const isName = (field === 'property' || field === 'key') && !(node as { computed?: boolean }).computed;
    if (isName && !(node as { shorthand?: boolean }).shorthand) return [];
    return [value].flat().filter(isNode).flatMap(namesUsedIn);
  });
}

function isNode(value: unknown): value is AnyNode {
  return typeof value === 'object' && value !== null && typeof (value as { type?: unknown }).type === 'string';
}
