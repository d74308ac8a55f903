/**
 * Reads NumPy's .npy files (format versions 1 to 3). Object arrays are pickles, that is code, and are never
 * opened. The header's sizes are held against the file's before allocation. docs/decisions/npy.md says why
 * no library.
 */
import type { ByteReader } from './byteReader.js';
import { checkArraySize } from './arraySize.js';
import { badData, containsCode } from './dataFailure.js';
import { DEFAULT_LIMITS, elementCount, type DataArray, type DataLimits, type Values } from './dataSet.js';
import { ELEMENT_TYPES, readElements, readExactElements, type ElementType } from './elements.js';
import { withBytes, type ByteFile } from './openBytes.js';

export interface NpyArray {
  readonly shape: readonly number[];
  /** Row-major; float64 where float32 would round the file's type. */
  readonly values: Float32Array<ArrayBuffer> | Float64Array<ArrayBuffer>;
}

const MAGIC = Buffer.from('\x93NUMPY', 'latin1');
const HEADER_LIMIT = 64 * 1024;
const RANK_LIMIT = 32;
const AGAIN = 'Save it again with numpy.save(file, array).';

/** One array, unrounded; throws a Failure that names the file, the offset and what is wrong there. */
export async function readNpy(file: string, limits: DataLimits = DEFAULT_LIMITS): Promise<NpyArray> {
  const { shape, values } = await withBytes(file, (bytes) => readWith(readExactElements, bytes, limits));
  return { shape, values: values instanceof Uint8Array ? Float32Array.from(values) : values };
}

/** One array in the type that it is kept in. */
export async function readNpyFile(file: string, limits: DataLimits = DEFAULT_LIMITS): Promise<DataArray> {
  return withBytes(file, (bytes) => readNpyStream(bytes, limits));
}

/** The same from any stream: a member of an archive. */
export async function readNpyStream(bytes: ByteFile, limits: DataLimits): Promise<DataArray> {
  return readWith(readElements, bytes, limits);
}

async function readWith<V extends Values | Float64Array<ArrayBuffer>>(
  read: (reader: ByteReader, type: ElementType, count: number, little: boolean) => Promise<V>,
  bytes: ByteFile,
  limits: DataLimits,
): Promise<{ shape: readonly number[]; values: V }> {
  const { reader } = bytes;
  const { type, little, fortranOrder, shape } = parseHeader(await readHeader(reader), reader.name);
  const count = elementCount(shape);
  checkArraySize(bytes, { type, shape, at: `offset ${reader.offset}` }, limits);
  const values = await read(reader, type, count, little);
  await reader.end('the shape needs');
  return { shape, values: fortranOrder ? toRowMajor(values, shape) : values };
}

async function readHeader(reader: ByteReader): Promise<string> {
  const start = await reader.exactly(8, 'the signature');
  if (MAGIC.compare(start, 0, 6) !== 0) {
    throw badData(reader.name, 'offset 0', 'it does not begin with the signature of a .npy file', AGAIN);
  }
  const major = start[6] ?? 0;
  if (major < 1 || major > 3) throw badData(reader.name, 'offset 6', `format version ${major} is unknown`, AGAIN);
  const lengthBytes = Buffer.from(await reader.exactly(major === 1 ? 2 : 4, "the header's length"));
  const length = lengthBytes.readUIntLE(0, lengthBytes.length);
  if (length > HEADER_LIMIT) {
    throw badData(reader.name, 'offset 8', `the header claims ${length} bytes, more than ${HEADER_LIMIT}`, AGAIN);
  }
  return new TextDecoder(major === 3 ? 'utf-8' : 'latin1').decode(await reader.exactly(length, 'the header'));
}

function parseHeader(header: string, name: string) {
  const fail = (wrong: string) => badData(name, 'offset 10', wrong, AGAIN);
  const descriptor = /'descr'\s*:\s*'([^']*)'/.exec(header)?.[1];
  const order = /'fortran_order'\s*:\s*(True|False)/.exec(header)?.[1];
  const shapeText = /'shape'\s*:\s*\(([\d\s,]*)\)/.exec(header)?.[1];
  if (descriptor === undefined) {
    if (/'descr'\s*:\s*\[[^\]]*'\|?O\d*'/.test(header)) throw pickle(name);
    throw fail('its elements are structures, or the header has no type');
  }
  if (descriptor.includes('O')) throw pickle(name);
  if (order === undefined || shapeText === undefined) throw fail('the header lacks the order or the shape');
  const type = Object.hasOwn(ELEMENT_TYPES, descriptor.slice(1)) ? ELEMENT_TYPES[descriptor.slice(1)] : undefined;
  if (!type || !'<>|='.includes(descriptor[0] ?? '?')) throw fail(`element type ${descriptor} is not numeric`);
  const shape = shapeText
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')
    .map(Number);
  if (shape.length > RANK_LIMIT || !shape.every(Number.isSafeInteger))
    throw fail(`the shape (${shapeText}) is invalid`);
  return { type, little: descriptor[0] !== '>', fortranOrder: order === 'True', shape };
}

function pickle(name: string) {
  return containsCode(
    name,
    'Python objects (a pickle)',
    'Save a numeric array: numpy.save(file, array.astype("float32")).',
  );
}

/** First axis fastest → last axis fastest. */
function toRowMajor<V extends Values | Float64Array<ArrayBuffer>>(values: V, shape: readonly number[]): V {
  const out = values.slice() as V; // a typed array's slice is of its own kind
  const index = new Array<number>(shape.length).fill(0);
  const strides = shape.map((_, axis) => elementCount(shape.slice(0, axis)));
  let offset = 0;
  for (let i = 0; i < out.length; i++) {
    out[i] = values[offset] as number;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      index[axis] = (index[axis] as number) + 1;
      offset += strides[axis] as number;
      if ((index[axis] as number) < (shape[axis] as number)) break;
      offset -= (index[axis] as number) * (strides[axis] as number);
      index[axis] = 0;
    }
  }
  return out;
}
