/** Saves a file from the page itself, where no editor offers a dialog. */
import type { ViewerContract } from '../../src/protocol/viewer.js';

export function saveInPage(page: Document, file: ViewerContract['saveFile']['input']): Promise<void> {
  const address = URL.createObjectURL(new Blob([contentOf(file)], { type: file.mediaType }));
  const link = page.createElement('a');
  link.href = address;
  link.download = file.name;
  link.click();
  // The download has its own hold on the bytes once the click has been handled.
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
  return Promise.resolve();
}

function contentOf(file: ViewerContract['saveFile']['input']): BlobPart {
  if (file.encoding !== 'base64') return file.text;
  const text = atob(file.text);
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}
