/** Opens a file as a stream of bytes, through gzip where it is gzip. Never blocks on what is no regular file. */
import { constants } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { pipeline } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { ByteReader } from './byteReader.js';
import { badData, cannotOpen } from './dataFailure.js';

/** Deflate cannot expand further: a block of 258 bytes takes at least two bits. */
export const DEFLATE_RATIO = 1032;

const BLOCK_BYTES = 256 * 1024;

export interface ByteFile {
  readonly reader: ByteReader;
  /** What the reader yields at most: the file's length, or what its compressed bytes can expand to. */
  readonly mostBytes: number;
  /** The length is `mostBytes` exactly. */
  readonly lengthIsKnown: boolean;
}

/** Opens, gives the bytes to `read`, and closes. Throws a Failure that names the file. */
export async function withBytes<T>(file: string, read: (bytes: ByteFile) => Promise<T>): Promise<T> {
  const { handle, byteCount } = await openRegularFile(file);
  try {
    const isCompressed = await beginsAsGzip(handle);
    const chunks = isCompressed ? gunzipped(handle, file) : plain(handle);
    return await read({
      reader: new ByteReader(chunks, file),
      mostBytes: isCompressed ? byteCount * DEFLATE_RATIO : byteCount,
      lengthIsKnown: !isCompressed,
    });
  } finally {
    await handle.close();
  }
}

/** The whole of a small file; refused when it has more than `limit` bytes. */
export async function readSmallFile(file: string, limit: number): Promise<Buffer> {
  const { handle, byteCount } = await openRegularFile(file);
  try {
    if (byteCount > limit) {
      throw badData(file, null, `it has ${byteCount} bytes; the limit is ${limit}`, 'Check that it is the right file.');
    }
    return await handle.readFile();
  } finally {
    await handle.close();
  }
}

/** Non-blocking, since opening a pipe without a writer would wait for ever. */
export async function openRegularFile(file: string): Promise<{ handle: FileHandle; byteCount: number }> {
  const handle = await open(file, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0)).catch((error: unknown) => {
    throw cannotOpen(file, error as NodeJS.ErrnoException, 'Specify an existing, readable file.');
  });
  const status = await handle.stat();
  if (status.isFile()) return { handle, byteCount: status.size };
  await handle.close();
  throw badData(file, null, 'it is not a regular file', 'Specify a file.');
}

async function beginsAsGzip(handle: FileHandle): Promise<boolean> {
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(2), 0, 2, 0);
  return bytesRead === 2 && buffer[0] === 0x1f && buffer[1] === 0x8b;
}

async function* plain(handle: FileHandle): AsyncGenerator<Uint8Array> {
  for (let position = 0; ;) {
    const { buffer, bytesRead } = await handle.read(Buffer.allocUnsafe(BLOCK_BYTES), 0, BLOCK_BYTES, position);
    if (bytesRead === 0) return;
    position += bytesRead;
    yield buffer.subarray(0, bytesRead);
  }
}

async function* gunzipped(handle: FileHandle, file: string): AsyncGenerator<Uint8Array> {
  const gunzip = createGunzip({ chunkSize: BLOCK_BYTES });
  let given = 0;
  // The error comes out of the iteration below too; here it is only kept from being nobody's.
  pipeline(plain(handle), gunzip, () => undefined);
  try {
    for await (const chunk of gunzip as AsyncIterable<Buffer>) {
      given += chunk.length;
      yield chunk;
    }
  } catch (cause) {
    const wrong = `the gzip stream is damaged (${(cause as Error).message})`;
    throw badData(file, `offset ${given} of the unpacked bytes`, wrong, 'Copy or download the file again.', cause);
  } finally {
    gunzip.destroy();
  }
}
