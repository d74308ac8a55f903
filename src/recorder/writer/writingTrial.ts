/**
 * How long the writer takes for an epoch of a few probes: for their statistics, and for their maps on the disk of the
 * runs. Values need not be a network's: what is counted of them takes as long.
 */
import { randomUUID } from 'node:crypto';
import { open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Kernels } from '../../analysis/kernelHost/kernels.js';
import { refusePlantedLink } from '../../store/safety/plantedLinks.js';
import { makeRunsFolder } from '../../store/writing/createRun.js';
import { layerSize } from '../plan/passes.js';
import { EpochGathering } from './epochGathering.js';
import type { TriedWriting, WritingTrial } from './writerMessages.js';

/** Throws where runs cannot be written, or not without following a link that came with the folder. */
export async function tryWriting(
  kernels: Kernels,
  { runsFolder, manifest, formats, readings }: WritingTrial,
): Promise<TriedWriting> {
  const sampleCount = manifest.probes.count;
  const values = noise(sampleCount * manifest.layers.reduce((sum, layer) => sum + layerSize(layer), 0));
  const labels = new Int32Array(manifest.classNames.length === 0 ? 0 : sampleCount);
  refusePlantedLink(runsFolder, 'trying how fast the disk is');
  await makeRunsFolder(runsFolder);
  const begun = performance.now();
  const gathering = new EpochGathering({ kernels, manifest, labels, formats, readings });
  for (let reading = 1; reading <= readings; reading++)
    gathering.add({ reading, firstSample: 0, sampleCount, values: reading < readings ? values.slice() : values });
  const maps = gathering.layers([]).flatMap((layer) => layer.maps ?? []);
  const statistics = performance.now() - begun;
  // What every file takes, however small, is not of the probes.
  const empty = await writeAndRemove(runsFolder, []);
  const full = await writeAndRemove(runsFolder, maps);
  return { statistics, disk: Math.max(0, full - empty) };
}

/** On disk, as the maps of an epoch will be, and gone again. Milliseconds. */
async function writeAndRemove(folder: string, parts: readonly (Float32Array | Uint16Array)[]): Promise<number> {
  const path = join(folder, `.trial-${randomUUID()}`);
  const begun = performance.now();
  const file = await open(path, 'wx');
  // Its name goes first, so that a process that is killed leaves nothing behind; some systems keep names of open files.
  await rm(path, { force: true }).catch(() => undefined);
  try {
    for (const { buffer, byteOffset, byteLength } of parts)
      await file.writeFile(new Uint8Array(buffer, byteOffset, byteLength));
    await file.datasync();
    return performance.now() - begun;
  } finally {
    await file.close();
    await rm(path, { force: true });
  }
}

/** In [0, 1), the same every time. */
function noise(length: number): Float32Array<ArrayBuffer> {
  const values = new Float32Array(length);
  let state = 1;
  for (let index = 0; index < length; index++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    values[index] = state / 2 ** 32;
  }
  return values;
}
