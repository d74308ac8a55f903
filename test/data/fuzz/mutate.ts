/** Bytes made wrong in the ways that break parsers: flipped, cut, repeated, spliced, with sizes at their limits. */

/** Numbers 0 … bound − 1. */
export type Random = (bound: number) => number;

const EDGES = [
  0,
  1,
  2,
  3,
  4,
  7,
  8,
  15,
  16,
  31,
  127,
  128,
  255,
  256,
  32767,
  32768,
  65535,
  65536,
  2 ** 24,
  2 ** 31 - 1,
  2 ** 31,
  2 ** 32 - 1,
];

const MUTATIONS: readonly ((bytes: Buffer, random: Random) => Buffer)[] = [
  // A byte, a bit.
  (bytes, random) => altered(bytes, random, (at) => (bytes[at] = random(256))),
  (bytes, random) => altered(bytes, random, (at) => (bytes[at] = (bytes[at] ?? 0) ^ (1 << random(8)))),
  // A number at an edge, of one, two or four bytes, in both orders; near the start more often than not.
  (bytes, random) =>
    altered(bytes, random, (at) => writeEdge(bytes, random(2) ? at : Math.min(at, random(64)), random)),
  (bytes, random) => bytes.subarray(0, random(bytes.length + 1)),
  (bytes, random) => Buffer.concat([bytes, Buffer.alloc(random(300), random(256))]),
  (bytes, random) => piecewise(bytes, random, (head, piece, tail) => [head, piece, piece, tail]),
  (bytes, random) => piecewise(bytes, random, (head, _, tail) => [head, tail]),
  (bytes, random) =>
    piecewise(bytes, random, (head, piece, tail) => [head, Buffer.alloc(piece.length, random(2) ? 0 : 255), tail]),
  (bytes, random) => piecewise(bytes, random, (head, piece, tail) => [piece, head, tail]),
  // Digits in text, where sizes are written as words.
  (bytes, random) =>
    altered(bytes, random, (at) =>
      bytes.write(['9', '99999', '-', ',', "'", '"', '\n', '(', '1e9', '\0'][random(10)] as string, at, 'latin1'),
    ),
];

/** One to six mutations of a copy. */
export function mutate(given: Buffer, random: Random): Buffer {
  let bytes: Buffer = Buffer.from(given);
  for (let left = 1 + random(6); left > 0; left--)
    bytes = (MUTATIONS[random(MUTATIONS.length)] as (typeof MUTATIONS)[number])(Buffer.from(bytes), random);
  return bytes;
}

function altered(bytes: Buffer, random: Random, change: (at: number) => unknown): Buffer {
  if (bytes.length > 0) change(random(bytes.length));
  return bytes;
}

function writeEdge(bytes: Buffer, at: number, random: Random): void {
  const value = EDGES[random(EDGES.length)] as number;
  const width = [1, 2, 4][random(3)] as number;
  if (at + width > bytes.length) return;
  const kept = value % 256 ** width;
  if (random(2)) bytes.writeUIntBE(kept, at, width);
  else bytes.writeUIntLE(kept, at, width);
}

function piecewise(
  bytes: Buffer,
  random: Random,
  join: (head: Buffer, piece: Buffer, tail: Buffer) => Buffer[],
): Buffer {
  const [a, b] = [random(bytes.length + 1), random(bytes.length + 1)].sort((x, y) => x - y) as [number, number];
  return Buffer.concat(join(bytes.subarray(0, a), bytes.subarray(a, b), bytes.subarray(b)));
}
