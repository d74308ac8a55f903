/** How often the probes run through the network at an epoch. */
import type { Layer } from '../../protocol/run.js';
import { product } from '../model/mapGeometry.js';

/** Activations that the writer holds of an epoch until it has seen all probes. */
export const HELD_BYTES = 256 * 2 ** 20;

/**
 * Once where the activations of all layers and probes fit in `memoryBytes`; else twice, batch after batch, and
 * nothing is held: histograms need the range of every channel over all probes before they can count.
 */
export function forwardPasses(layers: readonly Layer[], probeCount: number, memoryBytes: number): 1 | 2 {
  return probeCount * bytesPerProbe(layers) <= memoryBytes ? 1 : 2;
}

/** The most probes whose passes take no longer than there is time; `inTime`: how many there is time for. */
export function mostProbes(layers: readonly Layer[], memoryBytes: number, inTime: (passes: 1 | 2) => number): number {
  const once = Math.min(inTime(1), Math.floor(memoryBytes / bytesPerProbe(layers)));
  return Math.max(once, inTime(2));
}

/** Activations of all layers. */
export function bytesPerProbe(layers: readonly Layer[]): number {
  return 4 * layers.reduce((sum, layer) => sum + layerSize(layer), 0);
}

/** Values of one sample. */
export function layerSize({ channelCount, mapShape }: Pick<Layer, 'channelCount' | 'mapShape'>): number {
  return channelCount * product(mapShape);
}
