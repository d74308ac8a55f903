/** How often the probes run through the network at an epoch. */
import type { Layer } from '../../protocol/run.js';
import { product } from '../model/mapGeometry.js';

/**
 * Once where the activations of all layers and probes fit in `memoryBytes`; else twice, batch after batch, and
 * nothing is held: histograms need the range of every channel over all probes before they can count.
 */
export function forwardPasses(layers: readonly Layer[], probeCount: number, memoryBytes: number): 1 | 2 {
  const bytes = 4 * probeCount * layers.reduce((sum, layer) => sum + layerSize(layer), 0);
  return bytes <= memoryBytes ? 1 : 2;
}

/** Values of one sample. */
export function layerSize({ channelCount, mapShape }: Pick<Layer, 'channelCount' | 'mapShape'>): number {
  return channelCount * product(mapShape);
}
