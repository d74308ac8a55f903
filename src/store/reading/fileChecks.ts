/** Checks of array files against what a record says of them. */
import { crc32c } from '../format/checksum.js';
import { KeyProblem, type OpenKey } from '../safety/runPaths.js';

/** `stored` is the codec's own checksum after the values: both must be what is expected. */
export function checkSum(values: Uint8Array, expected: number, stored: Uint8Array): void {
  const written = new DataView(stored.buffer, stored.byteOffset).getUint32(0, true);
  if (crc32c(values) !== expected || written !== expected)
    throw new KeyProblem('altered', 'does not match its checksum');
}

export function checkLength(file: OpenKey, expected: number): void {
  if (file.length !== expected) throw new KeyProblem('altered', `is ${file.length} bytes long instead of ${expected}`);
}
