/**
 * A shard: the file that holds one layer's maps at one epoch, as Zarr's `sharding_indexed` codec
 * describes it (inner codecs bytes and crc32c, index at the end with its own crc32c). Its bytes are
 *
 *     inner chunks, each followed by its crc32c     channel blocks outermost, so that the chunks of one
 *                                                   channel lie side by side
 *     crc32c of every inner chunk (uint32)          the same order; a gap as Zarr sees it
 *     (offset, length) of every inner chunk (uint64), Zarr's index, in C order
 *     crc32c of the index
 *
 * The last three are the tail. A commit record holds the tail's checksum, and the tail the chunks', so
 * that any part of the file can be checked without reading the rest, and no chunk of another shard
 * passes for one of this.
 */
import { ChecksumAppender, crc32c } from './checksum.js';
import type { InnerChunk } from './chunkShape.js';
import { toFloat16 } from './float16.js';

export const MAP_VALUE_BYTES = { float32: 4, float16: 2 } as const;
export type MapType = keyof typeof MAP_VALUE_BYTES;

/** Values, or the bits of halves. */
export type MapValues = Float32Array | Uint16Array;

/** Maps (sample, channel, ...mapShape), how their values are stored and how they are cut. */
export interface MapGeometry extends InnerChunk {
  readonly dataType: MapType;
  readonly sampleCount: number;
  readonly channelCount: number;
  readonly mapShape: readonly number[];
}

export interface ShardGeometry extends MapGeometry {
  /** Values of one map. */
  readonly mapSize: number;
  readonly sampleBlocks: number;
  readonly channelBlocks: number;
  readonly chunkCount: number;
  /** Of one inner chunk as stored, its checksum included. */
  readonly chunkBytes: number;
  readonly tailOffset: number;
  readonly tailBytes: number;
  readonly fileBytes: number;
}

const CHECKSUM_BYTES = 4;
const INDEX_ENTRY_BYTES = 16;

export function shardGeometry(maps: MapGeometry): ShardGeometry {
  const mapSize = maps.mapShape.reduce((product, length) => product * length, 1);
  const sampleBlocks = Math.ceil(maps.sampleCount / maps.chunkSamples);
  const channelBlocks = Math.ceil(maps.channelCount / maps.chunkChannels);
  const chunkCount = sampleBlocks * channelBlocks;
  const valueBytes = maps.chunkSamples * maps.chunkChannels * mapSize * MAP_VALUE_BYTES[maps.dataType];
  const chunkBytes = valueBytes + CHECKSUM_BYTES;
  const tailOffset = chunkCount * chunkBytes;
  const tailBytes = chunkCount * (CHECKSUM_BYTES + INDEX_ENTRY_BYTES) + CHECKSUM_BYTES;
  const fileBytes = tailOffset + tailBytes;
  return { ...maps, mapSize, sampleBlocks, channelBlocks, chunkCount, chunkBytes, tailOffset, tailBytes, fileBytes };
}

/** Shape of the shard along the axes of the maps: whole inner chunks, so it may exceed the array's. */
export function shardShape(geometry: ShardGeometry): readonly number[] {
  const { sampleBlocks, channelBlocks, chunkSamples, chunkChannels, mapShape } = geometry;
  return [sampleBlocks * chunkSamples, channelBlocks * chunkChannels, ...mapShape];
}

/** Place in the file of the chunk with these block numbers, counted in chunks. */
export function chunkPosition(geometry: ShardGeometry, sampleBlock: number, channelBlock: number): number {
  return channelBlock * geometry.sampleBlocks + sampleBlock;
}

export interface ShardChecksums {
  /** Of the file without its last four bytes (records.ts says why). */
  readonly file: number;
  readonly tail: number;
}

/** Written at once: small enough to stay in the cache from encoding to writing, long enough that a call costs little. */
const PART_BYTES = 2 ** 20;

/**
 * Yields the shard's bytes in order, in parts that are valid until the next but one is asked for, and
 * returns the checksums of file and tail. `maps` is (sample, channel, ...mapShape); halves are rounded here,
 * unless they are given as their bits.
 */
export function* encodeShard(geometry: ShardGeometry, maps: MapValues): Generator<Uint8Array, ShardChecksums> {
  const chunksPerPart = Math.max(1, Math.min(geometry.chunkCount, Math.floor(PART_BYTES / geometry.chunkBytes)));
  const parts = [0, 1].map(() => new Uint8Array(chunksPerPart * geometry.chunkBytes));
  const checksums = new Uint32Array(geometry.chunkCount);
  for (let first = 0, turn = 0; first < geometry.chunkCount; first += chunksPerPart, turn ^= 1) {
    const count = Math.min(chunksPerPart, geometry.chunkCount - first);
    const part = parts[turn]!;
    for (let i = 0; i < count; i++) {
      const stored = part.subarray(i * geometry.chunkBytes, (i + 1) * geometry.chunkBytes);
      checksums[first + i] = encodeChunk(geometry, maps, first + i, stored);
    }
    yield part.subarray(0, count * geometry.chunkBytes);
  }
  const tail = encodeTail(geometry, checksums);
  yield tail;
  return { file: fileChecksum(geometry, checksums, tail), tail: crc32c(tail) };
}

/** Fills `stored` with the chunk at a place in the file; returns the checksum of its values. */
function encodeChunk(geometry: ShardGeometry, maps: MapValues, position: number, stored: Uint8Array): number {
  const valueBytes = stored.subarray(0, -CHECKSUM_BYTES);
  const values = valuesOf(geometry.dataType, valueBytes);
  copyMapsToChunk(geometry, maps, position, values);
  const checksum = crc32c(valueBytes);
  new DataView(stored.buffer, stored.byteOffset).setUint32(valueBytes.length, checksum, true);
  return checksum;
}

/** A chunk's values where they lie; halves as their bits. */
export function valuesOf(dataType: MapType, { buffer, byteOffset, length }: Uint8Array): MapValues {
  return dataType === 'float16'
    ? new Uint16Array(buffer, byteOffset, length / MAP_VALUE_BYTES.float16)
    : new Float32Array(buffer, byteOffset, length / MAP_VALUE_BYTES.float32);
}

const HALF_NAN = 0x7e00;

function copyMapsToChunk(geometry: ShardGeometry, maps: MapValues, position: number, values: MapValues): void {
  const { chunkSamples, chunkChannels, channelCount, mapSize, sampleBlocks } = geometry;
  const firstChannel = Math.floor(position / sampleBlocks) * chunkChannels;
  const firstSample = (position % sampleBlocks) * chunkSamples;
  const samples = Math.min(chunkSamples, geometry.sampleCount - firstSample);
  const run = Math.min(chunkChannels, channelCount - firstChannel) * mapSize;
  const isPadded = samples < chunkSamples || run < chunkChannels * mapSize;
  if (isPadded) values.fill(values instanceof Uint16Array ? HALF_NAN : NaN);
  for (let i = 0; i < samples; i++) {
    const from = ((firstSample + i) * channelCount + firstChannel) * mapSize;
    const to = i * chunkChannels * mapSize;
    if (values instanceof Uint16Array && maps instanceof Float32Array) toFloat16(maps, from, run, values, to);
    else copyValues(maps, from, run, values, to);
  }
}

/** `set` costs about as much as copying 30 values one by one. */
const SHORT_RUN = 32;

export function copyValues(from: MapValues, at: number, length: number, to: MapValues, toAt: number): void {
  if (length > SHORT_RUN) to.set(from.subarray(at, at + length), toAt);
  else for (let i = 0; i < length; i++) to[toAt + i] = from[at + i]!;
}

function encodeTail(geometry: ShardGeometry, checksums: Uint32Array): Uint8Array {
  const { chunkCount, sampleBlocks, channelBlocks, chunkBytes, tailBytes } = geometry;
  const tail = new Uint8Array(tailBytes);
  tail.set(new Uint8Array(checksums.buffer));
  const view = new DataView(tail.buffer);
  const indexAt = chunkCount * CHECKSUM_BYTES;
  for (let sampleBlock = 0, at = indexAt; sampleBlock < sampleBlocks; sampleBlock++) {
    for (let channelBlock = 0; channelBlock < channelBlocks; channelBlock++, at += INDEX_ENTRY_BYTES) {
      view.setBigUint64(at, BigInt(chunkPosition(geometry, sampleBlock, channelBlock) * chunkBytes), true);
      view.setBigUint64(at + 8, BigInt(chunkBytes), true);
    }
  }
  view.setUint32(tailBytes - CHECKSUM_BYTES, crc32c(tail.subarray(indexAt, -CHECKSUM_BYTES)), true);
  return tail;
}

function fileChecksum(geometry: ShardGeometry, checksums: Uint32Array, tail: Uint8Array): number {
  const values = new ChecksumAppender(geometry.chunkBytes - CHECKSUM_BYTES);
  const seal = new ChecksumAppender(CHECKSUM_BYTES);
  const sealBytes = new Uint8Array(CHECKSUM_BYTES);
  let file = 0;
  for (const checksum of checksums) {
    new DataView(sealBytes.buffer).setUint32(0, checksum, true);
    file = seal.append(values.append(file, checksum), crc32c(sealBytes));
  }
  return crc32c(tail.subarray(0, -CHECKSUM_BYTES), file);
}

/** The checksums of the inner chunks, in file order, from a tail that has been checked. */
export function chunkChecksums(geometry: ShardGeometry, tail: Uint8Array): Uint32Array {
  return new Uint32Array(tail.slice(0, geometry.chunkCount * CHECKSUM_BYTES).buffer);
}
