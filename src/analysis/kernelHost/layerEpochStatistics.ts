/** Statistics of one layer at one epoch through the kernels: the recorder's way in. */
import {
  plainMapReader,
  statisticsOfLayer,
  type LayerEpochStatistics,
  type LayerMaps,
} from '../measures/layerEpochStatistics.js';
import { type Kernels } from './kernels.js';

/**
 * Entropies, values and histogram of a layer's maps (all probes, float32) in the shapes of
 * `LayerEpoch` (src/store/runAccess.ts).
 */
export function layerEpochStatistics(_kernels: Kernels, layer: LayerMaps): LayerEpochStatistics {
  return statisticsOfLayer(layer, plainMapReader);
}
