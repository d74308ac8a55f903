/** Types that comments give to parameters, as JavaScript without TypeScript has them. */

/** The module that `@param {typeof import('…')} name` gives, in the comment that ends just before. */
export function jsDocModule(before: string, name: string): string | null {
  const comment =
    /\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\s*(?:export\s+)?(?:default\s+)?(?:(?:const|let|var)\s+[\w$]+\s*=\s*|(?:module\.)?exports(?:\.[\w$]+)?\s*=\s*)?(?:async\s+)?$/.exec(
      before.slice(-4000),
    )?.[1];
  for (const [, module, parameter] of comment?.matchAll(
    /@param\s+\{\s*typeof\s+import\(\s*['"]([^'"]+)['"]\s*\)\s*\}\s+([\w$]+)/g,
  ) ?? []) {
    if (parameter === name) return module ?? null;
  }
  return null;
}
