/** Which channels of a layer have not changed since training began. */
import { VALUE_STATISTICS, type ValueStatistic } from '../../protocol/run.js';

const COMPARED: readonly ValueStatistic[] = ['minimum', 'maximum', 'mean', 'variance'];
/** Two equal epochs may be chance (a step that was skipped); from three on it is a finding. */
const FEWEST_EPOCHS = 3;

/**
 * Channels whose minimum, maximum, mean and variance over all probes are the same at every epoch, bit for
 * bit. `epochs` holds one table (statistic, class + 1, channel) for each, as recorded; the last class row is
 * all probes. Fewer than three epochs say nothing: the answer is empty.
 */
export function unchangedChannels(epochs: readonly Float64Array[], classCount: number, channelCount: number): number[] {
  const [first, ...others] = epochs;
  if (!first || epochs.length < FEWEST_EPOCHS) return [];
  const rows = classCount + 1;
  const value = (table: Float64Array, statistic: ValueStatistic, channel: number): number =>
    table[(VALUE_STATISTICS.indexOf(statistic) * rows + rows - 1) * channelCount + channel] ?? NaN;
  const isUnchanged = (channel: number): boolean =>
    COMPARED.every((statistic) => {
      const start = value(first, statistic, channel);
      return Number.isFinite(start) && others.every((table) => value(table, statistic, channel) === start);
    });
  return Array.from({ length: channelCount }, (_, channel) => channel).filter(isUnchanged);
}
