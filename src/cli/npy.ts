/**
 * Reads NumPy's .npy files (format versions 1 to 3) as float32. Object arrays are pickles, that is
 * code, and are never opened. The header's sizes are held against the file's before allocation.
 * docs/decisions/npy.md says why no library.
 */
import { open } from 'node:fs/promises';
import { Failure } from '../protocol/failure.js';

export interface NpyArray {
  readonly shape: readonly number[];
  /** Row-major. */
  readonly values: Float32Array;
}

const MAGIC = Buffer.from('\x93NUMPY', 'latin1');
const HEADER_LIMIT = 64 * 1024;

interface ElementType {
  readonly bytes: number;
  read(view: DataView, offset: number, little: boolean): number;
}

const ELEMENT_TYPES: Record<string, ElementType> = {
  f2: { bytes: 2, read: (view, at, little) => halfToNumber(view.getUint16(at, little)) },
  f4: { bytes: 4, read: (view, at, little) => view.getFloat32(at, little) },
  f8: { bytes: 8, read: (view, at, little) => view.getFloat64(at, little) },
  i1: { bytes: 1, read: (view, at) => view.getInt8(at) },
  i2: { bytes: 2, read: (view, at, little) => view.getInt16(at, little) },
  i4: { bytes: 4, read: (view, at, little) => view.getInt32(at, little) },
  i8: { bytes: 8, read: (view, at, little) => Number(view.getBigInt64(at, little)) },
  u1: { bytes: 1, read: (view, at) => view.getUint8(at) },
  u2: { bytes: 2, read: (view, at, little) => view.getUint16(at, little) },
  u4: { bytes: 4, read: (view, at, little) => view.getUint32(at, little) },
  u8: { bytes: 8, read: (view, at, little) => Number(view.getBigUint64(at, little)) },
  b1: { bytes: 1, read: (view, at) => view.getUint8(at) },
};

/** Reads one array; throws a Failure that names the file and what is wrong in it. */
export async function readNpy(file: string): Promise<NpyArray> {
  const handle = await open(file, 'r').catch((error: NodeJS.ErrnoException) => {
    throw new Failure({
      kind: error.code === 'ENOENT' ? 'not-found' : 'environment',
      doing: `opening ${file}`,
      wrong: error.code === 'ENOENT' ? 'there is no such file' : error.message,
      tryThis: 'Give the path of a .npy file written by numpy.save.',
    });
  });
  try {
    const status = await handle.stat();
    if (!status.isFile()) throw bad(file, 'it is not a regular file');
    return parseNpy(await handle.readFile(), file);
  } finally {
    await handle.close();
  }
}

/** Parses the bytes of a .npy file; `name` is for messages only. */
export function parseNpy(bytes: Uint8Array, name: string): NpyArray {
  const { header, dataOffset } = splitHeader(bytes, name);
  const { type, little, fortranOrder, shape } = parseHeader(header, name);
  const count = shape.reduce((product, length) => product * length, 1);
  const held = bytes.length - dataOffset;
  if (!Number.isSafeInteger(count) || count * type.bytes !== held) {
    const needed = Number.isSafeInteger(count) ? `${count * type.bytes}` : 'more than any file’s';
    throw bad(name, `shape (${shape.join(', ')}) needs ${needed} bytes of data, the file holds ${held}`);
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset + dataOffset, held);
  const values = new Float32Array(count);
  for (let i = 0; i < count; i++) values[i] = type.read(view, i * type.bytes, little);
  return { shape, values: fortranOrder ? toRowMajor(values, shape) : values };
}

function splitHeader(bytes: Uint8Array, name: string): { header: string; dataOffset: number } {
  if (bytes.length < 10 || MAGIC.compare(bytes.subarray(0, 6)) !== 0) {
    throw bad(name, 'it does not begin with the signature of a .npy file');
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const major = view.getUint8(6);
  if (major < 1 || major > 3) throw bad(name, `format version ${major} is not known`);
  if (major > 1 && bytes.length < 12) throw bad(name, 'the header is cut off at offset 10');
  const length = major === 1 ? view.getUint16(8, true) : view.getUint32(8, true);
  const start = major === 1 ? 10 : 12;
  if (length > HEADER_LIMIT) throw bad(name, `the header claims ${length} bytes, more than ${HEADER_LIMIT}`);
  if (start + length > bytes.length) throw bad(name, `the header is cut off at offset ${bytes.length}`);
  const header = new TextDecoder(major === 3 ? 'utf-8' : 'latin1').decode(bytes.subarray(start, start + length));
  return { header, dataOffset: start + length };
}

function parseHeader(header: string, name: string) {
  const descriptor = /'descr'\s*:\s*'([^']*)'/.exec(header)?.[1];
  const order = /'fortran_order'\s*:\s*(True|False)/.exec(header)?.[1];
  const shapeText = /'shape'\s*:\s*\(([\d\s,]*)\)/.exec(header)?.[1];
  if (descriptor === undefined) throw bad(name, 'its elements are structures or have no type in the header');
  if (order === undefined || shapeText === undefined) throw bad(name, 'the header has no order or no shape');
  if (descriptor.includes('O')) {
    throw new Failure({
      kind: 'unsupported',
      doing: `reading ${name}`,
      wrong: 'it holds Python objects (a pickle): it contains code, not opened',
      tryThis: 'Save a numeric array: numpy.save(file, array.astype("float32")).',
    });
  }
  const type = Object.hasOwn(ELEMENT_TYPES, descriptor.slice(1)) ? ELEMENT_TYPES[descriptor.slice(1)] : undefined;
  if (!type || !'<>|='.includes(descriptor[0])) throw bad(name, `element type ${descriptor} is not numeric`);
  const shape = shapeText.split(',').map((part) => part.trim()).filter((part) => part !== '').map(Number); // prettier-ignore
  return { type, little: descriptor[0] !== '>', fortranOrder: order === 'True', shape };
}

/** First axis fastest → last axis fastest. */
function toRowMajor(values: Float32Array, shape: readonly number[]): Float32Array {
  const out = new Float32Array(values.length);
  const index = new Array<number>(shape.length).fill(0);
  const strides = shape.map((_, axis) => shape.slice(0, axis).reduce((product, length) => product * length, 1));
  for (let i = 0; i < out.length; i++) {
    out[i] = values[index.reduce((offset, at, axis) => offset + at * strides[axis], 0)];
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      index[axis] += 1;
      if (index[axis] < shape[axis]) break;
      index[axis] = 0;
    }
  }
  return out;
}

/** IEEE 754 binary16. */
function halfToNumber(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 31) return fraction ? NaN : sign * Infinity;
  return exponent === 0 ? sign * 2 ** -24 * fraction : sign * 2 ** (exponent - 15) * (1 + fraction / 1024);
}

function bad(name: string, wrong: string): Failure {
  return new Failure({
    kind: 'bad-input',
    doing: `reading ${name}`,
    wrong,
    tryThis: 'Write it again with numpy.save(file, array).',
  });
}
