/**
 * How answers travel over HTTP between the view server and a plain browser: a stream of MessagePack
 * frames, any number of `progress` and then one `value`, `failure` or `bug`. Float32Array travels as
 * extension type 1, raw little-endian bytes, so that pictures are not spelled out number by number.
 */
import { decodeMultiStream, encode, ExtensionCodec } from '@msgpack/msgpack';
import * as v from 'valibot';
import { FailureShape } from './rpc.js';

const FLOAT32_EXTENSION = 1;

const FrameShape = v.variant('type', [
  v.object({ type: v.literal('progress'), fraction: v.number(), text: v.optional(v.string()) }),
  v.object({ type: v.literal('value'), value: v.unknown() }),
  v.object({ type: v.literal('failure'), failure: FailureShape }),
  v.object({ type: v.literal('bug'), message: v.string() }),
]);
export type Frame = v.InferOutput<typeof FrameShape>;

const extensionCodec = new ExtensionCodec();
extensionCodec.register({
  type: FLOAT32_EXTENSION,
  encode: (value) => (value instanceof Float32Array ? toLittleEndian(value) : null),
  decode: (bytes) => fromLittleEndian(bytes),
});

/** One frame as bytes; frames of a stream simply follow each other. */
export function encodeFrame(frame: Frame): Uint8Array {
  return encode(frame, { extensionCodec, ignoreUndefined: true });
}

/**
 * The frames of a stream, as their bytes arrive. Throws when one is none of the four; a frame that is
 * cut off is not given, so a stream that ends without an answer was broken off.
 */
export async function* decodeFrames(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Frame, void, undefined> {
  for await (const item of decodeMultiStream(bytes, { extensionCodec })) {
    yield v.parse(FrameShape, item);
  }
}

const BIG_ENDIAN = new Uint8Array(Uint16Array.of(1).buffer)[0] === 0;

function toLittleEndian(values: Float32Array): Uint8Array {
  const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  return BIG_ENDIAN ? swapped(bytes) : bytes;
}

/** Copied, because the bytes lie anywhere in the frame and a Float32Array must start at a multiple of 4. */
function fromLittleEndian(bytes: Uint8Array): Float32Array {
  // Not bytes.slice(): a Node Buffer's slice is a view.
  const own = BIG_ENDIAN ? swapped(bytes) : new Uint8Array(bytes);
  return new Float32Array(own.buffer, 0, Math.floor(own.byteLength / 4));
}

function swapped(bytes: Uint8Array): Uint8Array {
  const out = new Uint8Array(bytes.length);
  for (let i = 0; i < bytes.length; i++) out[i] = bytes[i ^ 3]!;
  return out;
}
