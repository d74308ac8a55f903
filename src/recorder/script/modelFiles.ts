/** Models on disk as tfjs-node keeps them: `file://folder` for saving, `file://folder/model.json` for loading. */
import type * as core from '@tensorflow/tfjs-core';
import { mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const SCHEME = 'file://';
const WEIGHTS_FILE = 'weights.bin';

/** A handler for a `file://` address; null for any other. */
export function fileHandler(tf: typeof core, url: string | string[]): core.io.IOHandler {
  // tfjs takes null for "not mine", which its types leave out.
  if (typeof url !== 'string' || !url.startsWith(SCHEME)) return null as unknown as core.io.IOHandler;
  const path = pathOf(url);
  return { load: () => load(tf, path), save: (artifacts) => save(tf, path, artifacts) };
}

/** tfjs-node takes "file://./relative" too, which is no URL. */
function pathOf(url: string): string {
  const rest = url.slice(SCHEME.length);
  return /^\/|^[A-Za-z]:/.test(rest) && rest.includes('%') ? fileURLToPath(url) : rest;
}

async function load(tf: typeof core, file: string): Promise<core.io.ModelArtifacts> {
  const model = JSON.parse(await readFile(file, 'utf8')) as core.io.ModelJSON;
  return tf.io.getModelArtifactsForJSON(model, async (manifest) => {
    const files = manifest.flatMap((group) => group.paths);
    const parts = await Promise.all(files.map((name) => readFile(join(dirname(file), name))));
    const bytes = Buffer.concat(parts);
    const data = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength);
    return [manifest.flatMap((group) => group.weights), data as ArrayBuffer];
  });
}

/** As tfjs-node does: one folder, not those above it. */
async function makeFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'EEXIST') throw cause;
    if ((await stat(folder)).isFile())
      throw new Error(`Path ${folder} exists as a file. The path must be nonexistent or point to a directory.`, {
        cause,
      });
  }
}

async function save(tf: typeof core, folder: string, artifacts: core.io.ModelArtifacts): Promise<core.io.SaveResult> {
  await makeFolder(folder);
  const weights = tf.io.CompositeArrayBuffer.join(artifacts.weightData);
  const manifest = [{ paths: [WEIGHTS_FILE], weights: artifacts.weightSpecs ?? [] }];
  await writeFile(join(folder, WEIGHTS_FILE), new Uint8Array(weights));
  const model = { ...artifacts, weightData: undefined, weightSpecs: undefined, weightsManifest: manifest };
  await writeFile(join(folder, 'model.json'), JSON.stringify(model));
  return { modelArtifactsInfo: tf.io.getModelArtifactsInfoForJSON(artifacts) };
}
