/** Holds the shape that a header claims against the bytes that are there, before anything is allocated. */
import { badData, tooLarge } from './dataFailure.js';
import { elementCount, type DataLimits } from './dataSet.js';
import { memoryBytes, type ElementType } from './elements.js';
import type { ByteFile } from './openBytes.js';

export interface ArrayClaim {
  readonly type: ElementType;
  readonly shape: readonly number[];
  /** Where the file says so: "offset 4". */
  readonly at: string;
}

/** Throws a Failure when the rest of the file cannot be this array, or when it would not fit in memory. */
export function checkArraySize(bytes: ByteFile, { type, shape, at }: ArrayClaim, limits: DataLimits): void {
  const { reader, mostBytes, lengthIsKnown } = bytes;
  const count = elementCount(shape);
  const needed = count * type.bytes;
  const held = mostBytes - reader.offset;
  if (needed > held || (lengthIsKnown && needed !== held)) {
    const text = Number.isFinite(needed) ? `${needed}` : 'more than any file’s';
    throw badData(
      reader.name,
      at,
      `shape (${shape.join(', ')}) needs ${text} bytes of data, but the file has ${lengthIsKnown ? '' : 'at most '}${held}`,
      'Copy or download the file again, or write it again.',
    );
  }
  const memory = memoryBytes(type, count);
  if (memory > limits.arrayBytes) throw tooLarge(reader.name, 'the array', memory, limits.arrayBytes);
}
