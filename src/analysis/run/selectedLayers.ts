/** Which layers and channels a query selects in one run. */
import type { Failure } from '../../protocol/failure.js';
import { layersCalled } from '../../protocol/layerNames.js';
import type { LayerItem, Query } from '../../protocol/query.js';
import { listNames } from '../../protocol/queryText.js';
import type { RunManifest } from '../../protocol/run.js';
import { indices, missing } from './queryTerms.js';

export interface SelectedLayer {
  readonly layer: number;
  /** In ascending order, never empty. */
  readonly channels: readonly number[];
  readonly isWhole: boolean;
}

/**
 * Layers in order, each once. A layer that is named by itself must have every channel of the query;
 * among layers named together (all, a range, a kind) those are taken that have them.
 */
export function resolveLayers(query: Query, manifest: RunManifest): SelectedLayer[] {
  const named = query.layers.kind === 'layers' ? query.layers.items : [];
  const alone = new Set(named.filter(isAlone).flatMap((item) => layersOf(item, manifest)));
  const together =
    query.layers.kind === 'all'
      ? manifest.layers.map(({ index }) => index)
      : named.flatMap((item) => layersOf(item, manifest));
  const chosen = [...new Set(together)].sort((a, b) => a - b);
  const fitting = chosen.filter(
    (layer) => alone.has(layer) || highestChannel(query) < manifest.layers[layer]!.channelCount,
  );
  if (fitting.length === 0) throw noSuchChannel(query, manifest, chosen);
  return fitting.map((layer) => ({ layer, ...channelsOf(query, manifest, layer) }));
}

function isAlone(item: LayerItem): boolean {
  return item.kind === 'name' || (item.kind === 'range' && item.range[0] === item.range[1]);
}

function layersOf(item: LayerItem, { layers }: RunManifest): number[] {
  const names = layers.map(({ name }) => name);
  switch (item.kind) {
    case 'name': {
      const found = layersCalled(layers, item.name).map(({ index }) => index);
      if (found.length === 0) throw missing(`layer ${item.name}`, `the run has ${listNames(names)}`);
      return found;
    }
    case 'range':
      if (item.range[1] >= layers.length)
        throw missing(`layer ${item.range[1]}`, `the run has layers 0 to ${layers.length - 1}`);
      return indices([item.range]);
    case 'layerKind': {
      const found = layers.filter(({ kind }) => kind === item.layerKind).map(({ index }) => index);
      const kinds = [...new Set(layers.map(({ kind }) => kind))];
      if (found.length === 0)
        throw missing(`kind:${item.layerKind}`, `the run has layers of the kinds ${listNames(kinds, 16)}`);
      return found;
    }
  }
}

function highestChannel({ channels }: Query): number {
  return channels.kind === 'all' ? -1 : (channels.ranges.at(-1)?.[1] ?? -1);
}

function channelsOf(query: Query, manifest: RunManifest, layer: number): Pick<SelectedLayer, 'channels' | 'isWhole'> {
  const { channelCount } = manifest.layers[layer]!;
  if (query.channels.kind === 'all') return { channels: indices([[0, channelCount - 1]]), isWhole: true };
  if (highestChannel(query) >= channelCount) throw noSuchChannel(query, manifest, [layer]);
  const channels = indices(query.channels.ranges);
  return { channels, isWhole: channels.length === channelCount };
}

function noSuchChannel(query: Query, manifest: RunManifest, layers: readonly number[]): Failure {
  const widest = layers
    .map((layer) => manifest.layers[layer]!)
    .reduce((a, b) => (b.channelCount > a.channelCount ? b : a));
  const what = widest.mapShape.length > 0 ? 'channels' : 'units';
  return missing(
    `channel ${highestChannel(query)}`,
    `layer ${widest.name} has ${what} 0 to ${widest.channelCount - 1}`,
  );
}
