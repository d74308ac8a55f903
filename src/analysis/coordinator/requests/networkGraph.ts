/** What of the network view follows from the run's description alone: shown layers, stages, ways, fields. */
import type { NetworkNode, NetworkStage } from '../../../protocol/network.js';
import type { RunManifest } from '../../../protocol/run.js';
import { channelSources, type ChannelSource } from '../../network/channelSources.js';
import { shownLayers } from '../../network/networkNodes.js';
import { receptiveFields, windowOf, type FieldAxis } from '../../network/receptiveField.js';
import { findStages, stagesOf } from '../../network/stages.js';
import type { OpenedRun } from '../../run/openedRun.js';

export interface NetworkGraph {
  readonly nodes: readonly NetworkNode[];
  readonly stages: readonly NetworkStage[];
  /** Of every layer: what arrives in its channels. */
  readonly sources: readonly (readonly ChannelSource[])[];
}

/** What a layer's position sees: rows first, then columns; the whole input where it may see all of it. */
export interface FieldWindow {
  readonly height: number;
  readonly width: number;
  /** Null for the whole input. */
  readonly axes: readonly [y: FieldAxis | null, x: FieldAxis] | null;
}

export function networkGraph(run: OpenedRun): Promise<NetworkGraph> {
  const { layers } = run.manifest;
  return run.remember('network graph', () => {
    const shown = shownLayers(run.manifest);
    const stages = findStages(shown, layers);
    const nodes = shown.map((one) => ({ ...one, stages: stagesOf(one.layer, stages) }));
    return Promise.resolve({ nodes, stages, sources: channelSources(run.manifest) });
  });
}

/** Cut to the input's size; null where the input is no picture of one or two axes. */
export function fieldWindow(manifest: RunManifest, layer: number): FieldWindow | null {
  const { mapShape } = manifest.layers[0];
  if (mapShape.length === 0 || mapShape.length > 2) return null;
  const [height, width] = mapShape.length === 2 ? [mapShape[0], mapShape[1]] : [1, mapShape[0]];
  const field = receptiveFields(manifest)[layer];
  if (!field || field.length === 0) return { height, width, axes: null };
  const x = field.at(-1)!;
  const y = field.length === 2 ? field[0] : null;
  const size = { height: y ? windowOf(y, 0).length : 1, width: windowOf(x, 0).length };
  if (size.height >= height && size.width >= width) return { height, width, axes: null };
  return { height: Math.min(height, size.height), width: Math.min(width, size.width), axes: [y, x] };
}
