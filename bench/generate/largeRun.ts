/**
 * Writes runs as large as wanted through the store itself, for benchmarks of whatever reads them. The values are
 * noise and the runs say so by name: nothing is learned from them but time and memory.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { RunManifest } from '../../src/protocol/run.js';
import { createRun } from '../../src/store/writing/createRun.js';
import { runBytes } from '../../src/store/format/runSize.js';
import { largeManifest } from './largeManifest.js';
import { layerScript } from './layerScript.js';
import { noiseEpoch, noiseProbes } from './noiseEpoch.js';

export interface LargeRunSizes {
  /** Convolutions of the network, besides its input. */
  readonly layers: number;
  readonly channels: number;
  /** Of the square maps; layers keep it. */
  readonly side: number;
  readonly probes: number;
  /** The last one; t = 0 is written, too. */
  readonly epochs: number;
  readonly classes: number;
}

export const LARGE: LargeRunSizes = { layers: 200, channels: 8, side: 8, probes: 200, epochs: 10, classes: 10 };

export interface WrittenRun {
  readonly folder: string;
  readonly byteCount: number;
}

/** A finished run in `workspace/.cnnslicer/runs`, of the script that `writeLayerScript` writes there. */
export async function writeLargeRun(workspace: string, number: number, sizes: LargeRunSizes): Promise<WrittenRun> {
  const manifest = largeManifest(workspace, number, sizes);
  const writer = await createRun(join(workspace, '.cnnslicer', 'runs'), manifest, noiseProbes(manifest));
  let byteCount = 0;
  for (let epoch = 0; epoch <= sizes.epochs; epoch++)
    byteCount += (await writer.writeEpoch(noiseEpoch(manifest, epoch))).byteCount;
  await writer.end({ state: 'finished', stopped: false });
  return { folder: writer.folder, byteCount };
}

/** The script whose layers the runs name, one on each line: `workspace/large.js`. */
export async function writeLayerScript(workspace: string, sizes: LargeRunSizes): Promise<string> {
  await mkdir(workspace, { recursive: true });
  const path = join(workspace, 'large.js');
  await writeFile(path, layerScript(sizes).text);
  return path;
}

/** So many epochs that the run takes at least `bytes`. */
export function epochsFor(bytes: number, sizes: LargeRunSizes): number {
  const { once, perEpoch } = bytesOf(largeManifest('/', 0, sizes));
  return Math.max(1, Math.ceil((bytes - once) / perEpoch) - 1);
}

function bytesOf(manifest: RunManifest): { once: number; perEpoch: number } {
  const { mapSampleCount } = manifest.plan;
  return runBytes({ ...manifest, probeCount: manifest.probes.count, mapSampleCount });
}
