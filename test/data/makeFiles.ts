/** Files of every format that the loaders read, made byte by byte, so that any field of them can lie. */
import CRC32 from 'crc-32';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { deflateRawSync, deflateSync } from 'node:zlib';

const folders: string[] = [];

function removeAll(): void {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
}

/** A folder of its own for a test file; gone when the process ends. */
export class Files {
  readonly folder = mkdtempSync(join(tmpdir(), 'cnnslicer-data-'));

  constructor() {
    if (folders.length === 0) process.once('exit', removeAll);
    folders.push(this.folder);
  }

  /** Writes a file and gives its absolute path. */
  write(name: string, bytes: Uint8Array | string): string {
    const file = join(this.folder, name);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, bytes);
    return file;
  }
}

/** A .npy file of format version 1. */
export function npy(
  descriptor: string,
  shape: readonly (number | string)[],
  data: Uint8Array,
  fortran = false,
): Buffer {
  const tuple = shape.length === 1 ? `(${shape[0]},)` : `(${shape.join(', ')})`;
  const order = fortran ? 'True' : 'False';
  const text = `{'descr': '${descriptor}', 'fortran_order': ${order}, 'shape': ${tuple}, }`;
  const padded = text.padEnd(Math.ceil((text.length + 11) / 64) * 64 - 11) + '\n';
  const head = Buffer.alloc(10);
  head.write('\x93NUMPY\x01\x00', 'latin1');
  head.writeUInt16LE(padded.length, 8);
  return Buffer.concat([head, Buffer.from(padded, 'latin1'), data]);
}

export const floats = (...values: number[]): Uint8Array => new Uint8Array(new Float32Array(values).buffer);

/** An IDX file of unsigned bytes, or of what `code` says. */
export function idx(shape: readonly number[], data: Uint8Array, code = 8): Buffer {
  const head = Buffer.alloc(4 + 4 * shape.length);
  head[2] = code;
  head[3] = shape.length;
  shape.forEach((length, axis) => head.writeUInt32BE(length, 4 + 4 * axis));
  return Buffer.concat([head, data]);
}

export interface ZipEntry {
  readonly name: string;
  readonly data: Uint8Array;
  readonly stored?: boolean;
  /** What the archive says of the entry instead of the truth. */
  readonly claims?: {
    readonly uncompressed?: number;
    readonly compressed?: number;
    readonly crc?: number;
    readonly offset?: number;
    readonly flags?: number;
  };
}

export function zip(entries: readonly ZipEntry[]): Buffer {
  const bodies: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const entry of entries) {
    const { local, central } = zipEntry(entry, offset);
    bodies.push(local);
    directory.push(central);
    offset += local.length;
  }
  const list = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(entries.length, 8);
  end.writeUInt16LE(entries.length, 10);
  end.writeUInt32LE(list.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...bodies, list, end]);
}

function zipEntry(
  { name, data, stored = false, claims = {} }: ZipEntry,
  offset: number,
): { local: Buffer; central: Buffer } {
  const body = stored ? Buffer.from(data) : deflateRawSync(data);
  const fields = Buffer.alloc(26);
  fields.writeUInt16LE(20, 0);
  fields.writeUInt16LE(claims.flags ?? 0, 2);
  fields.writeUInt16LE(stored ? 0 : 8, 4);
  fields.writeUInt32LE(claims.crc ?? CRC32.buf(data) >>> 0, 10);
  fields.writeUInt32LE(claims.compressed ?? body.length, 14);
  fields.writeUInt32LE(claims.uncompressed ?? data.length, 18);
  fields.writeUInt16LE(name.length, 22);
  const signature = (value: number): Buffer => Buffer.from(Uint32Array.of(value).buffer);
  const tail = Buffer.alloc(14);
  tail.writeUInt32LE(claims.offset ?? offset, 10);
  return {
    local: Buffer.concat([signature(0x04034b50), fields, Buffer.from(name), body]),
    central: Buffer.concat([signature(0x02014b50), Buffer.from([20, 0]), fields, tail, Buffer.from(name)]),
  };
}

export interface PngParts {
  readonly width: number;
  readonly height: number;
  /** 0 grey, 2 RGB, 3 palette, 4 grey and alpha, 6 RGBA. */
  readonly colour?: number;
  readonly depth?: number;
  readonly interlaced?: boolean;
  /** Filtered rows, not yet compressed. */
  readonly raw: Uint8Array;
}

export function png({ width, height, colour = 2, depth = 8, interlaced = false, raw }: PngParts): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([depth, colour, 0, 0, interlaced ? 1 : 0], 8);
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    pngChunk('IHDR', header),
    pngChunk('IDAT', deflateSync(raw)),
    pngChunk('IEND', Buffer.alloc(0)),
  ]);
}

function pngChunk(kind: string, data: Uint8Array): Buffer {
  const typed = Buffer.concat([Buffer.from(kind, 'latin1'), data]);
  const ends = Buffer.alloc(8);
  ends.writeUInt32BE(data.length, 0);
  ends.writeInt32BE(CRC32.buf(typed), 4);
  return Buffer.concat([ends.subarray(0, 4), typed, ends.subarray(4)]);
}

const ADAM7 = [
  [0, 0, 8, 8],
  [4, 0, 8, 8],
  [0, 4, 4, 8],
  [2, 0, 4, 4],
  [0, 2, 2, 4],
  [1, 0, 2, 2],
  [0, 1, 1, 2],
] as const;

/** The unfiltered rows of a grey picture, pass by pass as Adam7 has them. */
export function adam7(width: number, height: number, valueAt: (x: number, y: number) => number): Uint8Array {
  const bytes: number[] = [];
  for (const [left, top, stepX, stepY] of ADAM7) {
    for (let y = top; y < height && left < width; y += stepY) {
      bytes.push(0);
      for (let x = left; x < width; x += stepX) bytes.push(valueAt(x, y));
    }
  }
  return Uint8Array.from(bytes);
}

/** A file of CIFAR-10: record i has label i mod 10, and every pixel byte is a function of its place. */
export function cifar(count: number, labelBytes = 1): Buffer {
  const record = labelBytes + 3072;
  return Buffer.from(
    Uint8Array.from({ length: count * record }, (_, at) =>
      at % record < labelBytes ? Math.floor(at / record) % 10 : (at * 7) % 256,
    ),
  );
}
