/** Which layers' activations are gathered together: as many as memory holds of all probes at once. */
import type { Layer } from '../../protocol/run.js';
import { product } from '../model/mapGeometry.js';

/** Layers in order, gathered until the next would not fit; one that fits nowhere stands alone. */
export function groupPasses(layers: readonly Layer[], probeCount: number, memoryBytes: number): number[][] {
  const passes: number[][] = [];
  let room = 0;
  for (const layer of layers) {
    if (layer.index === 0) continue;
    const bytes = layerSize(layer) * probeCount * 4;
    if (passes.length === 0 || bytes > room) {
      passes.push([]);
      room = memoryBytes;
    }
    passes[passes.length - 1]?.push(layer.index);
    room -= bytes;
  }
  return passes;
}

/** Values of one sample. */
export function layerSize({ channelCount, mapShape }: Pick<Layer, 'channelCount' | 'mapShape'>): number {
  return channelCount * product(mapShape);
}
