/** Indices as short text and as tags: for keys of cached results. */
import { createHash } from 'node:crypto';

const tags = new WeakMap<readonly number[], string>();

/** "0..99, 120": ascending indices as ranges. */
function rangesText(indices: readonly number[]): string {
  const parts: string[] = [];
  for (let from = 0; from < indices.length;) {
    let to = from;
    while (to + 1 < indices.length && indices[to + 1] === indices[to] + 1) to++;
    parts.push(from === to ? String(indices[from]) : `${indices[from]}..${indices[to]}`);
    from = to + 1;
  }
  return parts.join(', ');
}

/** A short text that stands for the indices: their ranges, or where those are long a hash of them. */
export function indicesTag(indices: readonly number[]): string {
  const known = tags.get(indices);
  if (known !== undefined) return known;
  const text = rangesText(indices);
  const tag = text.length <= 64 ? text : createHash('sha256').update(text).digest('hex').slice(0, 32);
  tags.set(indices, tag);
  return tag;
}
