/**
 * Opens zip archives that may have been made to do harm: what an entry claims is checked before it is read,
 * entries must not overlap, and what comes out is counted, not believed.
 */
import CRC32 from 'crc-32';
import { fromFd, type Entry, type ZipFile } from 'yauzl';
import { badData } from './dataFailure.js';
import type { DataLimits } from './dataSet.js';
import { DEFLATE_RATIO, openRegularFile } from './openBytes.js';

const ENTRY_LIMIT = 10_000;
const LOCAL_HEADER_BYTES = 30;
const AGAIN = 'Copy or download the file again.';

export interface ZipMember {
  readonly name: string;
  /** What it unpacks to, checked while it is read. */
  readonly byteCount: number;
  /** Its bytes, unpacked; throws a Failure when there are more or fewer, or others, than the archive says. */
  open(): AsyncIterable<Uint8Array>;
}

/** Opens, gives the members by name to `read`, and closes. Throws a Failure that names the file. */
export async function withZip<T>(
  file: string,
  limits: DataLimits,
  read: (members: ReadonlyMap<string, ZipMember>) => Promise<T>,
): Promise<T> {
  const { handle, byteCount } = await openRegularFile(file);
  try {
    const zip = await openZip(handle.fd, file);
    const entries = await entriesOf(zip, file);
    checkEntries(entries, file, byteCount, limits);
    return await read(new Map(entries.map((entry) => [entry.fileName, memberOf(zip, entry, file)])));
  } finally {
    await handle.close();
  }
}

function openZip(descriptor: number, file: string): Promise<ZipFile> {
  const options = { lazyEntries: true, autoClose: false, strictFileNames: true, validateEntrySizes: true };
  return new Promise((resolve, reject) => {
    fromFd(descriptor, options, (error, zip) => {
      if (error) reject(badData(file, null, `it is not a zip archive (${error.message})`, AGAIN, error));
      else resolve(zip);
    });
  });
}

function entriesOf(zip: ZipFile, file: string): Promise<Entry[]> {
  if (zip.entryCount > ENTRY_LIMIT) {
    throw badData(file, null, `it claims ${zip.entryCount} entries; the limit is ${ENTRY_LIMIT}`, AGAIN);
  }
  return new Promise((resolve, reject) => {
    const entries: Entry[] = [];
    zip.on('entry', (entry: Entry) => {
      entries.push(entry);
      zip.readEntry();
    });
    zip.on('end', () => resolve(entries));
    zip.on('error', (error: Error) =>
      reject(badData(file, null, `its list of entries is damaged (${error.message})`, AGAIN, error)),
    );
    zip.readEntry();
  });
}

function checkEntries(entries: readonly Entry[], file: string, byteCount: number, limits: DataLimits): void {
  const fail = (wrong: string) => badData(file, null, wrong, AGAIN);
  const total = entries.reduce((sum, entry) => sum + entry.uncompressedSize, 0);
  if (!(total <= limits.arrayBytes)) throw fail(`it unpacks to ${total} bytes; the limit is ${limits.arrayBytes}`);
  const inOrder = [...entries].sort((a, b) => a.relativeOffsetOfLocalHeader - b.relativeOffsetOfLocalHeader);
  let free = 0;
  for (const entry of inOrder) {
    const { fileName, relativeOffsetOfLocalHeader: start, compressedSize, uncompressedSize } = entry;
    if (start < free) throw fail(`entry ${fileName} overlaps another at offset ${start}`);
    free = start + LOCAL_HEADER_BYTES + compressedSize;
    if (!(free <= byteCount)) throw fail(`entry ${fileName} at offset ${start} is longer than the file`);
    if (uncompressedSize > compressedSize * DEFLATE_RATIO) {
      throw fail(`entry ${fileName} claims to unpack ${compressedSize} bytes to ${uncompressedSize}`);
    }
    if (entry.isEncrypted()) throw fail(`entry ${fileName} is encrypted`);
  }
  if (new Set(entries.map((entry) => entry.fileName)).size < entries.length)
    throw fail('two entries have the same name');
}

function memberOf(zip: ZipFile, entry: Entry, file: string): ZipMember {
  return { name: entry.fileName, byteCount: entry.uncompressedSize, open: () => unpacked(zip, entry, file) };
}

async function* unpacked(zip: ZipFile, entry: Entry, file: string): AsyncGenerator<Uint8Array> {
  let given = 0;
  let checksum = 0;
  const fail = (wrong: string, cause?: unknown) =>
    badData(`${file}, entry ${entry.fileName}`, `offset ${given} of the unpacked bytes`, wrong, AGAIN, cause);
  const stream = await openStream(zip, entry).catch((cause: unknown) => {
    throw fail(`it cannot be unpacked (${(cause as Error).message})`, cause);
  });
  try {
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      given += chunk.length;
      checksum = CRC32.buf(chunk, checksum);
      yield chunk;
    }
  } catch (cause) {
    throw fail(`its bytes are damaged (${(cause as Error).message})`, cause);
  } finally {
    stream.destroy();
  }
  if (checksum >>> 0 !== entry.crc32) throw fail('its checksum does not match the archive');
}

function openStream(zip: ZipFile, entry: Entry): Promise<NodeJS.ReadableStream & { destroy(): void }> {
  return new Promise((resolve, reject) => {
    zip.openReadStream(entry, (error, stream) => (error ? reject(error) : resolve(stream)));
  });
}
