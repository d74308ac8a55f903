/**
 * Leads a browser to an address that its command line does not hold: everybody on this machine can read command
 * lines, and only the file's owner the file.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface RedirectFile {
  readonly path: string;
  remove(): Promise<void>;
}

/** A page in a folder of its own, both for their owner alone. Rejects with the system's error. */
export async function writeRedirect(address: string): Promise<RedirectFile> {
  const folder = await mkdtemp(join(tmpdir(), 'cnnslicer-view-'));
  const path = join(folder, 'open.html');
  await writeFile(path, page(address), { mode: 0o600, flag: 'wx' });
  return { path, remove: () => rm(folder, { recursive: true, force: true }) };
}

function page(address: string): string {
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="referrer" content="no-referrer">
<title>CNNSlicer</title>
<script>location.replace(${JSON.stringify(address)})</script>
<a href="${address}">Show the views</a>
</html>
`;
}
