/**
 * Reads the binary files of CIFAR-10 and CIFAR-100 (https://www.cs.toronto.edu/~kriz/cifar.html): records of
 * label bytes and 3 × 32 × 32 pixel bytes, channel by channel, which become (y, x, channel).
 */
import { badData, tooLarge } from './dataFailure.js';
import { DEFAULT_LIMITS, type DataArray, type DataLimits } from './dataSet.js';
import { withBytes, type ByteFile } from './openBytes.js';

const SIDE = 32;
const PLANE = SIDE * SIDE;
const PIXELS = 3 * PLANE;

export interface CifarKind {
  readonly name: 'CIFAR-10' | 'CIFAR-100';
  /** Before the pixels; the last one is the class. */
  readonly labelBytes: number;
  readonly classCount: number;
}

export const CIFAR_10: CifarKind = { name: 'CIFAR-10', labelBytes: 1, classCount: 10 };
/** A coarse label, then the fine one. */
export const CIFAR_100: CifarKind = { name: 'CIFAR-100', labelBytes: 2, classCount: 100 };

export interface CifarFile {
  /** (N, 32, 32, 3) */
  readonly images: DataArray;
  /** (N) */
  readonly labels: DataArray;
}

/** Throws a Failure that names the file, the offset and what is wrong there. */
export async function readCifar(
  file: string,
  kind: CifarKind,
  limits: DataLimits = DEFAULT_LIMITS,
): Promise<CifarFile> {
  return withBytes(file, async (bytes) => {
    const count = countRecords(bytes, kind, limits);
    const images = new Uint8Array(count * PIXELS);
    const labels = new Uint8Array(count);
    for (let record = 0; record < count; record++) {
      const at = bytes.reader.offset + kind.labelBytes - 1;
      const all = await bytes.reader.exactly(kind.labelBytes + PIXELS, `record ${record}`);
      const label = all[kind.labelBytes - 1] ?? 0;
      if (label >= kind.classCount) throw badLabel(file, at, label, kind);
      labels[record] = label;
      interleave(all.subarray(kind.labelBytes), images, record * PIXELS);
    }
    return { images: { shape: [count, SIDE, SIDE, 3], values: images }, labels: { shape: [count], values: labels } };
  });
}

function countRecords({ reader, mostBytes, lengthIsKnown }: ByteFile, kind: CifarKind, limits: DataLimits): number {
  const record = kind.labelBytes + PIXELS;
  if (!lengthIsKnown) throw badData(reader.name, null, 'it is compressed', 'Unpack it first: gunzip FILE.');
  if (mostBytes === 0 || mostBytes % record !== 0) {
    const whole = Math.floor(mostBytes / record);
    throw badData(
      reader.name,
      `offset ${whole * record}`,
      `${mostBytes} bytes are not a whole number of ${kind.name} records of ${record} bytes`,
      'Copy or download the file again.',
    );
  }
  if (mostBytes > limits.arrayBytes) throw tooLarge(reader.name, 'the array', mostBytes, limits.arrayBytes);
  return mostBytes / record;
}

function interleave(planes: Uint8Array, out: Uint8Array, from: number): void {
  for (let pixel = 0; pixel < PLANE; pixel++) {
    for (let channel = 0; channel < 3; channel++)
      out[from + 3 * pixel + channel] = planes[channel * PLANE + pixel] ?? 0;
  }
}

function badLabel(file: string, at: number, label: number, kind: CifarKind) {
  return badData(
    file,
    `offset ${at}`,
    `label ${label} is not one of the ${kind.classCount} classes of ${kind.name}`,
    `Check that it is a binary file of ${kind.name}.`,
  );
}
