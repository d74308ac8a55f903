/** Why a peer is left out, in one line: what its program said last, or that there is no such program. */
export function whyLeftOut(error: unknown): string {
  const { code, path, stderr, message } = error as NodeJS.ErrnoException & { stderr?: unknown };
  if (code === 'ENOENT' && path) return `there is no ${path}; node test/setup/python.mjs makes it`;
  const said = String(stderr || message || error).trim();
  return said.split('\n').at(-1) ?? said;
}
