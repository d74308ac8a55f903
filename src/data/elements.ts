/** Number types as files hold them, and how a run of them is read without believing the header's count. */
import type { ByteReader } from './byteReader.js';
import type { Values } from './dataSet.js';

export interface ElementType {
  readonly name: string;
  readonly bytes: number;
  read(view: DataView, offset: number, littleEndian: boolean): number;
}

/** By NumPy's letters: kind and bytes. */
export const ELEMENT_TYPES: Readonly<Record<string, ElementType>> = {
  f2: { name: 'f2', bytes: 2, read: (view, at, little) => halfToNumber(view.getUint16(at, little)) },
  f4: { name: 'f4', bytes: 4, read: (view, at, little) => view.getFloat32(at, little) },
  f8: { name: 'f8', bytes: 8, read: (view, at, little) => view.getFloat64(at, little) },
  i1: { name: 'i1', bytes: 1, read: (view, at) => view.getInt8(at) },
  i2: { name: 'i2', bytes: 2, read: (view, at, little) => view.getInt16(at, little) },
  i4: { name: 'i4', bytes: 4, read: (view, at, little) => view.getInt32(at, little) },
  i8: { name: 'i8', bytes: 8, read: (view, at, little) => Number(view.getBigInt64(at, little)) },
  u1: { name: 'u1', bytes: 1, read: (view, at) => view.getUint8(at) },
  u2: { name: 'u2', bytes: 2, read: (view, at, little) => view.getUint16(at, little) },
  u4: { name: 'u4', bytes: 4, read: (view, at, little) => view.getUint32(at, little) },
  u8: { name: 'u8', bytes: 8, read: (view, at, little) => Number(view.getBigUint64(at, little)) },
  b1: { name: 'b1', bytes: 1, read: (view, at) => view.getUint8(at) },
};

const BLOCK_ELEMENTS = 64 * 1024;

/** Bytes that `count` elements take in memory. */
export function memoryBytes(type: ElementType, count: number): number {
  return isByte(type) ? count : 4 * count;
}

/** Reads `count` elements; memory grows with what has arrived, never ahead of it by more than twice. */
export async function readElements(
  reader: ByteReader,
  type: ElementType,
  count: number,
  littleEndian: boolean,
): Promise<Values> {
  // `allocate` makes bytes or float32 only.
  return (await fill(reader, type, count, littleEndian, allocate)) as Values;
}

/** The same without rounding: types that float32 does not hold exactly stay float64. */
export async function readExactElements(
  reader: ByteReader,
  type: ElementType,
  count: number,
  littleEndian: boolean,
): Promise<Values | Float64Array<ArrayBuffer>> {
  const exact: Allocate = (of, length) =>
    of.bytes >= 4 && of.name !== 'f4' ? new Float64Array(length) : allocate(of, length);
  return fill(reader, type, count, littleEndian, exact);
}

type Allocate = (type: ElementType, length: number) => Values | Float64Array<ArrayBuffer>;

async function fill(
  reader: ByteReader,
  type: ElementType,
  count: number,
  littleEndian: boolean,
  allocateValues: Allocate,
): Promise<Values | Float64Array<ArrayBuffer>> {
  let values = allocateValues(type, Math.min(count, BLOCK_ELEMENTS));
  for (let filled = 0; filled < count;) {
    const length = Math.min(BLOCK_ELEMENTS, count - filled);
    const block = await reader.exactly(length * type.bytes, `element ${filled} and what follows`);
    if (filled + length > values.length) {
      const larger = allocateValues(type, Math.min(count, 2 * values.length));
      larger.set(values);
      values = larger;
    }
    convert(block, type, littleEndian, values, filled);
    filled += length;
  }
  return values;
}

function convert(
  block: Uint8Array,
  type: ElementType,
  little: boolean,
  values: Values | Float64Array,
  from: number,
): void {
  if (isByte(type)) return values.set(block, from);
  const view = new DataView(block.buffer, block.byteOffset, block.length);
  const count = block.length / type.bytes;
  for (let i = 0; i < count; i++) values[from + i] = type.read(view, i * type.bytes, little);
}

/** Truth values are numbers 0 and 1, no pixels. */
function isByte(type: ElementType): boolean {
  return type.name === 'u1';
}

function allocate(type: ElementType, length: number): Values {
  return isByte(type) ? new Uint8Array(length) : new Float32Array(length);
}

/** IEEE 754 binary16. */
function halfToNumber(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 31) return fraction ? NaN : sign * Infinity;
  return exponent === 0 ? sign * 2 ** -24 * fraction : sign * 2 ** (exponent - 15) * (1 + fraction / 1024);
}
