/**
 * TensorBoard's event files: TFRecords of `tensorflow.Event` messages, byte for byte what tfjs-node has
 * libtensorflow write for the same calls, but for the time of day. Wire types: tensorflow/core/util/event.proto,
 * framework/summary.proto and tensor.proto; framing: lib/io/record_writer.h.
 */
import { crc32c } from '../../store/format/checksum.js';

/** The first event of every file. */
const FILE_VERSION = 'brain.Event:2';
const DT_FLOAT = 1;
/** Wire types of protocol buffers. */
const [VARINT, FIXED64, BYTES, FIXED32] = [0, 1, 2, 5];

/** Rows of a histogram: left edge, right edge, count. */
export type Buckets = readonly (readonly [left: number, right: number, count: number])[];

export function versionRecord(wallSeconds: number): Buffer {
  return record([double(1, wallSeconds), text(3, FILE_VERSION)]);
}

export function scalarRecord(wallSeconds: number, step: number, tag: string, value: number): Buffer {
  return summaryRecord(wallSeconds, step, [text(1, tag), float(2, value)]);
}

export function histogramRecord(wallSeconds: number, step: number, tag: string, buckets: Buckets): Buffer {
  const shape = [buckets.length, 3].map((size) => message(2, [number(1, size)]));
  const content = new Float32Array(buckets.flat());
  const values = content.length === 0 ? [] : [field(4, BYTES, Buffer.from(content.buffer))];
  const tensor = message(8, [number(1, DT_FLOAT), message(2, shape), ...values]);
  return summaryRecord(wallSeconds, step, [text(1, tag), tensor, message(9, [message(1, [text(1, 'histograms')])])]);
}

function summaryRecord(wallSeconds: number, step: number, value: readonly Buffer[]): Buffer {
  return record([double(1, wallSeconds), number(2, step), message(5, [message(1, value)])]);
}

/** Length, its checksum, the data, its checksum. */
function record(fields: readonly Buffer[]): Buffer {
  const data = Buffer.concat(fields);
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(data.length));
  return Buffer.concat([length, masked(length), data, masked(data)]);
}

/** A checksum of bytes that hold checksums would be weak: it is rotated and shifted by a constant. */
function masked(bytes: Buffer): Buffer {
  const checksum = crc32c(bytes);
  const result = Buffer.alloc(4);
  result.writeUInt32LE((((checksum >>> 15) | (checksum << 17)) + 0xa282ead8) >>> 0);
  return result;
}

function field(id: number, wireType: number, content: Buffer): Buffer {
  const length = wireType === BYTES ? [varint(content.length)] : [];
  return Buffer.concat([varint((id << 3) | wireType), ...length, content]);
}

function message(id: number, fields: readonly Buffer[]): Buffer {
  return field(id, BYTES, Buffer.concat(fields));
}

function text(id: number, value: string): Buffer {
  return field(id, BYTES, Buffer.from(value));
}

/** Zero is the default and left out. */
function number(id: number, value: number): Buffer {
  return value === 0 ? Buffer.alloc(0) : field(id, VARINT, varint(value));
}

function double(id: number, value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeDoubleLE(value);
  return field(id, FIXED64, bytes);
}

function float(id: number, value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeFloatLE(value);
  return field(id, FIXED32, bytes);
}

/** Seven bits a byte, the lowest first; negative numbers as 64 bits. */
function varint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = BigInt.asUintN(64, BigInt(value));
  for (; rest > 0x7fn; rest >>= 7n) bytes.push(Number(rest & 0x7fn) | 0x80);
  return Buffer.from([...bytes, Number(rest)]);
}
