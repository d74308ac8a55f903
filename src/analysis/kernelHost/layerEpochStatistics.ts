/** Statistics of one layer at one epoch through the kernels: the recorder's way in. */
import { HISTOGRAM_BINS } from '../../store/format/runAccess.js';
import { type Bounds } from '../measures/activationBounds.js';
import {
  LayerStatistics,
  statisticsOfLayer,
  type LayerEpochStatistics,
  type LayerFacts,
  type LayerMaps,
  type MapReader,
} from '../measures/layerEpochStatistics.js';
import { SUMMARY_LENGTH } from '../measures/valueSummary.js';
import { entropiesOverRanges } from './intraSampleEntropy.js';
import { type Kernels } from './kernels.js';
import { forEachBlock } from './mapBlocks.js';

/**
 * Entropies, values and histogram of a layer's maps (all probes, float32) in the shapes of
 * `LayerEpoch` (src/store/format/runAccess.ts). Maps outside the kernels' memory are read twice, in blocks of
 * half a megabyte.
 */
export function layerEpochStatistics(kernels: Kernels, layer: LayerMaps): LayerEpochStatistics {
  return statisticsOfLayer(layer, kernelMapReader(kernels));
}

/** For maps that come in parts; those that lie in the kernels' memory are read in place. */
export function layerStatistics(kernels: Kernels, layer: LayerFacts): LayerStatistics {
  return new LayerStatistics(layer, kernelMapReader(kernels));
}

function kernelMapReader(kernels: Kernels): MapReader {
  return {
    summaries: (layer, thresholds) => summaries(kernels, layer, thresholds),
    measures: (layer, ranges) =>
      entropiesOverRanges(kernels, layer, { bins: HISTOGRAM_BINS, own: true, ranges, histogram: true }),
  };
}

/** (sample, channel, SUMMARY_LENGTH) */
function summaries(kernels: Kernels, layer: LayerMaps, [lower, upper]: Bounds): Float64Array {
  const mapCount = layer.sampleCount * layer.channelCount;
  const out = new Float64Array(mapCount * SUMMARY_LENGTH);
  const { memory } = kernels;
  forEachBlock(kernels, layer.maps, mapCount, layer.mapLength, ({ address, first, count }) => {
    memory.scoped(() => {
      const block = memory.allocate(8 * count * SUMMARY_LENGTH);
      kernels.summariseMaps(address, count, layer.mapLength, float32Below(lower), -float32Below(-upper), block);
      out.set(memory.float64(block, count * SUMMARY_LENGTH), first * SUMMARY_LENGTH);
    });
  });
  return out;
}

/** The largest float32 that is not above x: float32 values are ≤ x just when they are ≤ it. */
function float32Below(x: number): number {
  const near = Math.fround(x);
  if (!(near > x)) return near;
  const bits = new Int32Array(Float32Array.of(near).buffer);
  bits[0] += near > 0 ? -1 : 1;
  return new Float32Array(bits.buffer)[0];
}
