/** Model files, as they are or edited, run by a Node.js of their own. */
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { bundleProgram } from '../faults/writerProcess.js';
import type { Built } from './buildProgram.js';

/** Blanks types out, so that all lines and columns stay. */
const { transformSync } = createRequire(import.meta.url)('amaro') as {
  transformSync(text: string, options: { readonly mode: 'strip-only' }): { readonly code: string };
};

export interface ModelFile {
  /** Its ending says which language it is in. */
  readonly name: string;
  readonly text: string;
}

/** One answer for each file. */
export async function builtModels(files: readonly ModelFile[]): Promise<Built[]> {
  // In the repository, where the files find TensorFlow.js.
  await mkdir('test-artifacts', { recursive: true });
  const folder = await mkdtemp(resolve('test-artifacts', 'reduce-'));
  try {
    const program = await bundleProgram(new URL('buildProgram.ts', import.meta.url), join(folder, 'build.cjs'));
    const written = await Promise.all(files.map((file, at) => write(folder, file, at)));
    const { stdout } = await promisify(execFile)(process.execPath, [program, ...written], { maxBuffer: 2 ** 26 });
    return JSON.parse(stdout) as Built[];
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function write(folder: string, { name, text }: ModelFile, at: number): Promise<string> {
  const isTypeScript = name.endsWith('.ts');
  const code = isTypeScript ? transformSync(text, { mode: 'strip-only' }).code : text;
  const file = join(folder, `${at}-${name.replace(/\.ts$/, '.mjs').replace(/\.js$/, '.cjs')}`);
  await writeFile(file, code);
  return file;
}
