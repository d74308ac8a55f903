/** Reads of small arrays, whole: length and checksum are checked before any value leaves this file. */
import { checkLength, checkSum } from './fileChecks.js';
import { elementCount, BYTES_PER_ELEMENT, type ArrayLayout, type DataType } from '../format/layout.js';
import type { KeyEntry } from '../format/records.js';
import { KeyProblem, type RunFiles } from '../safety/runPaths.js';

const CONSTRUCTORS = {
  float32: Float32Array,
  /** Bits: only maps are halves, and those are read by shardReads.ts. */
  float16: Uint16Array,
  float64: Float64Array,
  int32: Int32Array,
  uint32: Uint32Array,
  uint8: Uint8Array,
} as const satisfies Record<DataType, unknown>;

export type ValuesOf<D extends DataType> = InstanceType<(typeof CONSTRUCTORS)[D]>;

/** A small array's values at one epoch. Throws `KeyProblem`. */
export async function readFlat<D extends DataType>(
  files: RunFiles,
  key: string,
  entry: KeyEntry,
  array: ArrayLayout & { readonly dataType: D },
): Promise<ValuesOf<D>> {
  const valueBytes = elementCount(array) * BYTES_PER_ELEMENT[array.dataType];
  if (entry.length !== valueBytes + 4)
    throw new KeyProblem('altered', 'is listed with a length that the manifest does not give it');
  const file = await files.open(key);
  try {
    checkLength(file, entry.length);
    const bytes = new Uint8Array(entry.length);
    await file.read(0, bytes);
    checkSum(bytes.subarray(0, -4), Number.parseInt(entry.crc32c, 16), bytes.subarray(-4));
    return new CONSTRUCTORS[array.dataType](bytes.buffer, 0, elementCount(array)) as ValuesOf<D>;
  } finally {
    await file.close();
  }
}
