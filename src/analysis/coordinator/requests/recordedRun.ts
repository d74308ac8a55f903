/** What a view is told of a run as it was recorded: nothing is computed. */
import { Failure } from '../../../protocol/failure.js';
import { keptSampleCount } from '../../../protocol/keptMaps.js';
import type { Layer, RunDescription } from '../../../protocol/run.js';
import { openRun } from '../../../store/reading/openRun.js';

/** Status and epochs as they are on disk now. Throws what `openRun` throws. */
export async function describedRun(folder: string): Promise<RunDescription> {
  return (await openRun(folder)).describe();
}

/** Class of each probe whose maps are kept, −1 where unknown; empty for other tasks. */
export async function probeLabels(folder: string): Promise<number[]> {
  const reader = await openRun(folder);
  const { manifest } = reader;
  if (manifest.task !== 'classification') return [];
  const kept = Math.max(0, ...manifest.layers.slice(1).map(({ index }) => keptSampleCount(manifest, index)));
  return Array.from((await reader.readLabels()).subarray(0, kept));
}

/** The layer of that index; a Failure for one that no line of the script defines. */
export async function layerWithSource(folder: string, { layer: index }: { layer: number }): Promise<Layer> {
  const { layers } = (await openRun(folder)).manifest;
  const layer = layers.at(index);
  if (layer?.source) return layer;
  throw new Failure({
    kind: 'not-found',
    doing: 'going to the line that defines a layer',
    wrong: layer
      ? `no line of the script defines ${layer.name}`
      : `there is no layer ${index}: the run has 0 to ${layers.length - 1}`,
    tryThis: 'Choose a layer with a source line.',
  });
}
