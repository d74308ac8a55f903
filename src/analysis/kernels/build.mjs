// Compiles the AssemblyScript kernels: every file of this folder, and of the store's, that does not begin with `_`
// becomes one module. Memory is imported, SIMD is on, and nothing allocates: functions take addresses.
import asc from 'assemblyscript/asc';
import { mkdir, readdir, readFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
/** The analysis shares its memory among threads; the store copies into a memory of its own, faster where none shares it. */
const folders = [
  { folder: here, isShared: true },
  { folder: join(here, '..', '..', 'store', 'kernels'), isShared: false },
];
const SHARED = ['--enable', 'threads', '--sharedMemory', '--maximumMemory', '65536'];

/** Compiles all kernels into `out`, a folder relative to the working folder: "dist/kernels". */
export async function compileKernels(out) {
  await mkdir(out, { recursive: true });
  for (const { folder, isShared } of folders) {
    const entries = (await readdir(folder)).filter((name) => name.endsWith('.ts') && !name.startsWith('_'));
    for (const entry of entries)
      await compileKernel(join(folder, entry), join(out, entry.replace('.ts', '.wasm')), isShared);
  }
}

async function compileKernel(entry, file, isShared) {
  const { error, stderr } = await asc.main([
    relative(process.cwd(), entry),
    ...['--outFile', file, '--runtime', 'stub', '--optimizeLevel', '3', '--shrinkLevel', '0', '--converge'],
    ...['--noAssert', '--enable', 'simd', '--importMemory', '--noExportMemory', ...(isShared ? SHARED : [])],
  ]);
  if (error) throw new Error(`compiling ${entry}: ${stderr.toString()}`);
  await refuseStaticData(entry, file, isShared);
}

/** All modules share one memory, so none may keep data of its own at a fixed place in it. */
async function refuseStaticData(entry, file, isShared) {
  const module = await WebAssembly.compile(await readFile(file));
  const memory = new WebAssembly.Memory({ initial: 1, maximum: 65536, shared: isShared });
  const abort = () => {};
  await WebAssembly.instantiate(module, { env: { memory, abort } });
  const used = new Uint8Array(memory.buffer).findIndex((byte) => byte !== 0);
  if (used !== -1) throw new Error(`compiling ${entry}: it puts static data at ${used} (a table, a string?)`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await compileKernels('dist/kernels');
