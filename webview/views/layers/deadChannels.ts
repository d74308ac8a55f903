/** Which channels of a pair of layers are dead at an epoch, as the run's report has it. */
import type { LayerReport } from '../../../src/protocol/measure.js';
import type { LayerPair } from '../../../src/protocol/viewer.js';

export interface DeadChannels {
  readonly a: ReadonlySet<number>;
  readonly b: ReadonlySet<number>;
}

/** The report is of its own epoch: before that a channel is dead from when it has been so without a break. */
export function deadChannels(reports: readonly LayerReport[] | null, pair: LayerPair, epoch: number): DeadChannels {
  const of = (layer: number): ReadonlySet<number> => {
    const channels = reports?.find((report) => report.layer === layer)?.channels;
    return new Set(channels?.dead.filter((_, i) => channels.deadSince[i] <= epoch) ?? []);
  };
  return { a: of(pair.a), b: of(pair.b) };
}
