/** Picks the hover picture's numbers out of what a run recorded. */
import type { LayerReport } from '../../protocol/measure.js';
import {
  ENTROPY_MOMENTS,
  ENTROPY_RANGES,
  type EntropyRange,
  type Layer,
  type RunManifest,
} from '../../protocol/run.js';
import type { RecordedEntropy } from '../../store/format/runAccess.js';
import type { Localize } from '../localize.js';
import type { PictureData } from './pictureGeometry.js';

/** The range that a report's entropies were taken over; its provenance says so. */
function rangeOf({ intraProvenance }: LayerReport): EntropyRange {
  return intraProvenance.parameters['range'] === 'channel' ? 'channel' : 'map';
}

export function pictureData(
  manifest: RunManifest,
  layer: Layer,
  report: LayerReport,
  entropy: RecordedEntropy,
  t: Localize,
): PictureData {
  const { classCount, mapCount } = entropy;
  const meanBits = (row: number): (number | null)[] =>
    Array.from({ length: mapCount }, (_, map) => meanAt(entropy, rangeOf(report), row, map));
  const byClass = classCount > 0;
  return {
    rows: byClass
      ? Array.from({ length: classCount }, (_, index) => manifest.classNames[index] ?? String(index))
      : [t('all')],
    bits: byClass ? Array.from({ length: classCount }, (_, row) => meanBits(row)) : [meanBits(classCount)],
    channelMeans: meanBits(classCount),
    dead: report.channels.dead,
    ofUnits: layer.mapShape.length === 0,
    epochs: report.intraByEpoch,
  };
}

/** Mean entropy of each channel over all probes. */
export function channelMeans(report: LayerReport, entropy: RecordedEntropy): (number | null)[] {
  const { classCount, mapCount } = entropy;
  return Array.from({ length: mapCount }, (_, map) => meanAt(entropy, rangeOf(report), classCount, map));
}

/** entropy is (range, moment, class + 1, map); a mean over no finite map has no value. */
function meanAt(
  { classCount, mapCount, values }: RecordedEntropy,
  range: EntropyRange,
  row: number,
  map: number,
): number | null {
  const at = (moment: (typeof ENTROPY_MOMENTS)[number]): number => {
    const block = ENTROPY_RANGES.indexOf(range) * ENTROPY_MOMENTS.length + ENTROPY_MOMENTS.indexOf(moment);
    return values[(block * (classCount + 1) + row) * mapCount + map] ?? NaN;
  };
  const mean = at('mean');
  return at('n') > 0 && Number.isFinite(mean) ? mean : null;
}
