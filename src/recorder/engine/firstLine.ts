/** The first line of what was thrown, without its full stop: it goes into a sentence of ours. */
export function firstLine(cause: unknown): string {
  const text = cause instanceof Error ? cause.message : String(cause);
  return (text.split('\n')[0] ?? text).replace(/\.$/, '');
}
