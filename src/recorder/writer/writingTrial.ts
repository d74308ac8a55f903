/**
 * How long the writer takes for an epoch of a few probes: for their statistics, and for their maps on the disk of the
 * runs. Values need not be a network's: what is counted of them takes as long.
 */
import { mkdir, open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Kernels } from '../../analysis/kernelHost/kernels.js';
import { layerSize } from '../plan/passes.js';
import { EpochGathering } from './epochGathering.js';
import type { WritingTrial } from './writerMessages.js';

/** Milliseconds. */
export async function tryWriting(kernels: Kernels, { runsFolder, manifest, formats }: WritingTrial): Promise<number> {
  const sampleCount = manifest.probes.count;
  const values = noise(sampleCount * manifest.layers.reduce((sum, layer) => sum + layerSize(layer), 0));
  const labels = new Int32Array(manifest.classNames.length === 0 ? 0 : sampleCount);
  const begun = performance.now();
  const gathering = new EpochGathering({ kernels, manifest, labels, formats, readings: 1 });
  gathering.add({ reading: 1, firstSample: 0, sampleCount, values });
  await writeAndRemove(
    runsFolder,
    gathering.layers([]).flatMap(({ maps }) => maps ?? []),
  );
  return performance.now() - begun;
}

/** On disk, as the maps of an epoch will be, and gone again. */
async function writeAndRemove(folder: string, parts: readonly (Float32Array | Uint16Array)[]): Promise<void> {
  await mkdir(folder, { recursive: true });
  const path = join(folder, `.trial-${process.pid}`);
  const file = await open(path, 'w');
  try {
    for (const { buffer, byteOffset, byteLength } of parts)
      await file.writeFile(new Uint8Array(buffer, byteOffset, byteLength));
    await file.datasync();
  } finally {
    await file.close();
    await rm(path, { force: true });
  }
}

/** In [0, 1), the same every time. */
function noise(length: number): Float32Array {
  const values = new Float32Array(length);
  let state = 1;
  for (let index = 0; index < length; index++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    values[index] = state / 2 ** 32;
  }
  return values;
}
