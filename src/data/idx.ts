/** Reads IDX files (the format of MNIST and its relatives), compressed or not: http://yann.lecun.com/exdb/mnist. */
import { checkArraySize } from './arraySize.js';
import { badData } from './dataFailure.js';
import { DEFAULT_LIMITS, elementCount, type DataArray, type DataLimits } from './dataSet.js';
import { ELEMENT_TYPES, readElements, type ElementType } from './elements.js';
import { withBytes, type ByteFile } from './openBytes.js';

/** By the third byte of the file. Everything is big-endian. */
const TYPES: Readonly<Record<number, string>> = { 8: 'u1', 9: 'i1', 11: 'i2', 12: 'i4', 13: 'f4', 14: 'f8' };
const RANK_LIMIT = 8;
const RIGHT_FILE = 'Specify an IDX file: two zero bytes, a type, a rank, the dimensions and the values.';

/** The array of an IDX file; throws a Failure that names the file, the offset and what is wrong there. */
export async function readIdx(file: string, limits: DataLimits = DEFAULT_LIMITS): Promise<DataArray> {
  return withBytes(file, async (bytes) => {
    const { reader } = bytes;
    const { type, shape } = await readHeader(bytes);
    checkArraySize(bytes, { type, shape, at: 'offset 4' }, limits);
    const values = await readElements(reader, type, elementCount(shape), false);
    await reader.end(`the ${elementCount(shape)} elements of shape (${shape.join(', ')})`);
    return { shape, values };
  });
}

async function readHeader({ reader }: ByteFile): Promise<{ type: ElementType; shape: number[] }> {
  const [zero, alsoZero, code = 0, rank = 0] = await reader.exactly(4, 'the header');
  if (zero !== 0 || alsoZero !== 0) {
    throw badData(reader.name, 'offset 0', 'it does not begin like an IDX file', RIGHT_FILE);
  }
  const type = ELEMENT_TYPES[TYPES[code] ?? ''];
  if (!type) throw badData(reader.name, 'offset 2', `element type 0x${code.toString(16)} is unknown`, RIGHT_FILE);
  if (rank < 1 || rank > RANK_LIMIT)
    throw badData(reader.name, 'offset 3', `it has ${rank} dimensions; 1 to ${RANK_LIMIT} are supported`, RIGHT_FILE);
  const sizes = Buffer.from(await reader.exactly(4 * rank, 'the list of dimensions'));
  return { type, shape: Array.from({ length: rank }, (_, axis) => sizes.readUInt32BE(4 * axis)) };
}
