/** Builds the gallery from every `*.example.tsx` and serves it under the policy that the real hosts set. */
import { build } from 'esbuild';
import { readdir } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** As strict as the panel's: nothing inline, nothing from elsewhere, no evaluation. */
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'";

const PAGE = `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>Gallery</title><link rel="stylesheet" href="/gallery.css"></head>
<body><div id="app"></div><script type="module" src="/gallery.js"></script></body>
</html>
`;

export interface GalleryServer {
  readonly address: string;
  close(): Promise<void>;
}

export async function serveGallery(port = 0): Promise<GalleryServer> {
  const files = await buildGallery();
  const server = createServer((request, response) => {
    const path = (request.url ?? '/').split('?')[0];
    const body = path === '/' ? PAGE : path === '/favicon.ico' ? '' : files.get(path);
    const type = path.endsWith('.js') ? 'text/javascript' : path.endsWith('.css') ? 'text/css' : 'text/html';
    response.writeHead(body === undefined ? 404 : 200, {
      'Content-Type': `${type}; charset=utf-8`,
      'Content-Security-Policy': POLICY,
      'Cache-Control': 'no-store',
    });
    response.end(body);
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  return {
    address: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function buildGallery(): Promise<Map<string, string>> {
  const examples = await exampleFiles(join(ROOT, 'webview'));
  const imports = examples.map((file, i) => `import { examples as e${i} } from './${relative(ROOT, file)}';`);
  const list = examples.map((_, i) => `...e${i}`).join(', ');
  const result = await build({
    stdin: {
      contents: `${imports.join('\n')}\nimport { showGallery } from './test/gallery/page.tsx';\nshowGallery([${list}]);`,
      resolveDir: ROOT,
      loader: 'tsx',
    },
    outfile: 'gallery.js',
    bundle: true,
    write: false,
    format: 'esm',
    target: 'es2022',
    jsx: 'automatic',
    jsxImportSource: 'preact',
    logLevel: 'warning',
  });
  return new Map(result.outputFiles.map((file) => [`/${file.path.split(/[\\/]/).at(-1)}`, file.text]));
}

async function exampleFiles(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true });
  return entries
    .filter((entry) => entry.isFile() && entry.name.endsWith('.example.tsx'))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}
