/** Every comparison of a measure with an oracle, in the order of docs/measures.md. */
import { type Kernels } from '../../src/analysis/kernelHost/kernels.js';
import { type Comparison } from './comparison.js';
import { interComparisons, intraComparisons, labelComparisons, sliceComparisons } from './entropies.js';
import { distanceComparisons, layerComparisons, neighbourComparisons, similarityComparisons } from './information.js';
import { intrinsicComparisons } from './intrinsic.js';
import { mixtureComparisons } from './mixtures.js';

export function allComparisons(kernels: Kernels): Comparison[] {
  return [
    ...interComparisons(kernels),
    ...intraComparisons(kernels),
    ...sliceComparisons(),
    ...labelComparisons(),
    ...distanceComparisons(),
    ...layerComparisons(),
    ...neighbourComparisons(),
    ...mixtureComparisons(),
    ...similarityComparisons(),
    ...intrinsicComparisons(),
  ];
}
