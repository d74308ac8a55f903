/** The parsers under attack, each with good files to start from and the layers that hide its inside from mutations. */
import CRC32 from 'crc-32';
import { readFileSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { CIFAR_10, CIFAR_100, readCifar } from '../../../src/data/cifar.js';
import { readCsv } from '../../../src/data/csv.js';
import { DEFAULT_LIMITS } from '../../../src/data/dataSet.js';
import { readIdx } from '../../../src/data/idx.js';
import { readImage } from '../../../src/data/image/decodeImage.js';
import { readNpyFile } from '../../../src/data/npy.js';
import { readNpz } from '../../../src/data/npz.js';
import { readArtifacts } from '../../../src/recorder/modelFile/savedModel.js';
import { adam7, cifar, floats, idx, npy, png, zip } from '../makeFiles.js';
import type { Random } from './mutate.js';

export interface Target {
  readonly name: string;
  readonly seeds: readonly Buffer[];
  /** Puts a mutated inside back into its wrapping (checksums, compression), so that it is reached. */
  readonly wrap: (bytes: Buffer, random: Random) => Buffer;
  readonly read: (file: string) => Promise<unknown>;
}

const fixture = (name: string): Buffer => readFileSync(new URL(`../../fixtures/data/${name}`, import.meta.url));
const asItIs = (bytes: Buffer): Buffer => bytes;
const bytesOf = (length: number): Uint8Array => Uint8Array.from({ length }, (_, i) => (i * 37) % 256);
const table = 'label,a,b\n1,2.5,"3"\n0,-1e3,4\n2,0.25,7\n';

export const TARGETS: readonly Target[] = [
  {
    name: 'npy',
    seeds: [
      npy('<f4', [2, 3], floats(1, 2, 3, 4, 5, 6)),
      npy('|u1', [12], bytesOf(12)),
      fixture('fortran.npy'),
      fixture('half.npy'),
      fixture('objects.npy'),
    ],
    wrap: (bytes, random) => (random(4) ? bytes : gzipSync(bytes)),
    read: (file) => readNpyFile(file),
  },
  {
    name: 'npz',
    seeds: [fixture('named.npz'), fixture('stored.npz'), fixture('objects.npz')],
    wrap: asItIs,
    read: (file) => readNpz(file, (names) => names),
  },
  {
    name: 'npz, its arrays',
    seeds: [npy('<f4', [2, 3], floats(1, 2, 3, 4, 5, 6)), npy('|u1', [600], bytesOf(600)), fixture('fortran.npy')],
    wrap: (bytes, random) =>
      zip([
        { name: 'x.npy', data: bytes, stored: random(2) === 0 },
        { name: 'y.npy', data: bytes },
      ]),
    read: (file) => readNpz(file, (names) => names),
  },
  {
    name: 'IDX',
    seeds: [idx([3, 4, 4], bytesOf(48)), idx([5], bytesOf(20), 12), idx([2, 2], bytesOf(32), 14)],
    wrap: (bytes, random) => (random(2) ? bytes : gzipSync(bytes)),
    read: (file) => readIdx(file),
  },
  { name: 'gzip', seeds: [gzipSync(idx([3, 4, 4], bytesOf(48)))], wrap: asItIs, read: (file) => readIdx(file) },
  {
    name: 'CIFAR',
    seeds: [cifar(2), cifar(2, 2)],
    wrap: (bytes, random) => (random(2) ? bytes : bytes.subarray(0, bytes.length - (bytes.length % 3073))),
    read: (file) => readCifar(file, CIFAR_10).catch(() => readCifar(file, CIFAR_100)),
  },
  {
    name: 'CSV',
    seeds: [
      Buffer.from(table),
      Buffer.from('7,0,255\n1,128,64'),
      Buffer.from('x,y,kind\r\n1,2,"a ""b"""\r\n3,4,c\r\n'),
    ],
    wrap: (bytes, random) => (random(8) ? bytes : gzipSync(bytes)),
    read: (file) => readCsv(file),
  },
  {
    name: 'PNG',
    seeds: ['rgb.png', 'rgba.png', 'grey.png', 'palette.png', 'bits.png']
      .map(fixture)
      .concat(png({ width: 9, height: 7, colour: 0, interlaced: true, raw: adam7(9, 7, (x, y) => x * y) })),
    wrap: (bytes, random) => (random(4) ? withChecksums(bytes) : bytes),
    read: (file) => readImage(file),
  },
  {
    name: 'PNG, its rows',
    seeds: [Buffer.from(adam7(9, 7, (x, y) => x * y)), Buffer.alloc(7 * 28, 1)],
    wrap: (raw, random) =>
      png({
        width: 1 + random(12),
        height: 1 + random(12),
        colour: [0, 2, 3, 4, 6][random(5)] ?? 0,
        depth: [1, 2, 4, 8, 16][random(5)] ?? 8,
        interlaced: random(2) === 0,
        raw,
      }),
    read: (file) => readImage(file),
  },
  {
    name: 'JPEG',
    seeds: ['quality90.jpg', 'chroma420.jpg', 'progressive.jpg', 'grey.jpg'].map(fixture),
    wrap: asItIs,
    // Sixteen million pixels are as much as a test machine should decode in a second.
    read: (file) => readImage(file, { ...DEFAULT_LIMITS, imagePixels: 2 ** 24 }),
  },
  {
    name: 'model.json',
    seeds: [
      Buffer.from(
        JSON.stringify({
          format: 'layers-model',
          modelTopology: { class_name: 'Sequential', config: { layers: [] } },
          weightsManifest: [{ paths: ['weights.bin'], weights: [{ name: 'a', shape: [2, 3], dtype: 'float32' }] }],
        }),
      ),
    ],
    wrap: asItIs,
    read: async (file) => {
      await writeFile(join(dirname(file), 'weights.bin'), new Uint8Array(24));
      return readArtifacts(file);
    },
  },
];

/** Broken on purpose: believes a size, and reads past the end. The fuzzer must catch it. */
export const CONTROL: Target = {
  name: 'control',
  seeds: [idx([3, 4, 4], bytesOf(48))],
  wrap: asItIs,
  read: async (file) => {
    const bytes = await readFile(file);
    return bytes.readUInt32BE(4) * bytes.readUInt32BE(12);
  },
};

/** Every chunk's checksum put right. */
function withChecksums(bytes: Buffer): Buffer {
  const out = Buffer.from(bytes);
  for (let at = 8; at + 12 <= out.length;) {
    const end = at + 8 + out.readUInt32BE(at);
    if (end + 4 > out.length) break;
    out.writeInt32BE(CRC32.buf(out.subarray(at + 4, end)), end);
    at = end + 4;
  }
  return out;
}
