/** A plugin for esbuild.mjs: writes which files of the views' build a page reads first and which later. */
import { readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';

/** As src/protocol/pageFiles.ts reads it. */
const LIST = 'files.json';
/** What most pages open with (webview/views/lazyViews.ts). */
const FIRST_VIEW = 'webview/views/query/QueryView.tsx';
const CHUNK = /^[A-Za-z]+-[A-Z0-9]{8}\.js(\.map)?$/;

/** `folder` is the one that the build writes to; it must say `metafile: true` and have one entry. */
export function pageFiles(folder) {
  return {
    name: 'page files',
    setup: (build) =>
      build.onEnd(async ({ metafile, errors }) => {
        if (errors.length > 0) return;
        const before = await listed(folder);
        const files = firstAndLater(metafile.outputs);
        await writeFile(join(folder, LIST), `${JSON.stringify(files, null, 2)}\n`);
        await removeOld(folder, new Set([...before, ...files.first, ...files.later]));
      }),
  };
}

/** The entry, the view that it opens with, and all that these import; then the rest. */
function firstAndLater(outputs) {
  const scripts = Object.keys(outputs).filter((path) => path.endsWith('.js'));
  const entry = scripts.find((path) => outputs[path].entryPoint === 'webview/main.tsx');
  const view = scripts.find((path) => outputs[path].entryPoint === FIRST_VIEW);
  const first = new Set();
  const add = (path) => {
    if (first.has(path)) return;
    first.add(path);
    for (const { path: imported, kind } of outputs[path].imports) if (kind === 'import-statement') add(imported);
  };
  add(entry);
  add(view);
  const names = (paths) => paths.map((path) => basename(path));
  return { first: names([...first]), later: names(scripts.filter((path) => !first.has(path))) };
}

async function listed(folder) {
  try {
    const { first, later } = JSON.parse(await readFile(join(folder, LIST), 'utf8'));
    return [...first, ...later];
  } catch {
    return [];
  }
}

/** Those of the build before this one stay: pages that are open may still ask for them. */
async function removeOld(folder, kept) {
  for (const name of await readdir(folder)) {
    if (CHUNK.test(name) && !kept.has(name.replace(/\.map$/, ''))) await rm(join(folder, name), { force: true });
  }
}
