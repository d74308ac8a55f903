/** Layers of which nothing lives: their inter-sample entropy is that of copies of one vector, and is no diversity. */
import type { LayerReport } from './measure.js';
import type { Layer } from './run.js';

export const DEAD_LAYER_WORDS = 'dead layer: all outputs are constant, so its diversity is meaningless';

/** Every channel gave one value on all probes. */
export function isDeadLayer({ channels }: LayerReport, { channelCount, kind }: Layer): boolean {
  return kind !== 'input' && isAllDead(channels.dead.length, channelCount);
}

export function isAllDead(deadCount: number | null, channelCount: number): boolean {
  return channelCount > 0 && deadCount === channelCount;
}
