/** Hashes under which a text may have been recorded: what a file holds besides its lines does not move a layer. */
import { createHash } from 'node:crypto';

/** SHA-256, hex: as it is, and with other line ends (as Git changes them), each with and without a byte order mark. */
export function textHashes(text: string): string[] {
  const lines = text.replaceAll('\r\n', '\n');
  const contents = new Set([text, lines, lines.replaceAll('\n', '\r\n')]);
  return [...contents].flatMap((content) => [sha256(content), sha256(`\ufeff${content}`)]);
}

function sha256(content: string): string {
  return createHash('sha256').update(content, 'utf8').digest('hex');
}
