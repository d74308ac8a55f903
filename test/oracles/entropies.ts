/** The entropies against scikit-learn, scipy, numpy, umap-learn, closed forms and a published table. */
import { readFileSync } from 'node:fs';
import { interSampleEntropy as kernelInter } from '../../src/analysis/kernelHost/interSampleEntropy.js';
import { mapEntropies as kernelIntra } from '../../src/analysis/kernelHost/intraSampleEntropy.js';
import { type Kernels } from '../../src/analysis/kernelHost/kernels.js';
import { interSampleEntropy } from '../../src/analysis/measures/interSampleEntropy.js';
import { mapEntropies } from '../../src/analysis/measures/intraSampleEntropy.js';
import { confusionCounts, labelEntropies } from '../../src/analysis/measures/labelEntropies.js';
import { countValues, entropyOfCounts, rangeOfValues } from '../../src/analysis/measures/sliceEntropy.js';
import { cases, samplesOf, type Samples } from '../measures/fixtures.js';
import { compared, zipped, type Comparison } from './comparison.js';

export interface Oracles {
  readonly labels: readonly {
    readonly labels: readonly number[];
    readonly predictions: readonly number[];
    readonly classes: number;
    readonly labelGivenPrediction: readonly (number | null)[];
    readonly predictionGivenLabel: readonly (number | null)[];
    readonly millerMadow: readonly (number | null)[];
  }[];
  readonly slices: readonly {
    readonly values: string;
    readonly bins: number;
    readonly entropy: number;
    readonly millerMadow: number;
  }[];
  readonly normal: readonly {
    readonly rho: number;
    readonly x: string;
    readonly y: string;
    readonly ksg: number;
  }[];
}

export const oracles = JSON.parse(
  readFileSync(new URL('../fixtures/measures/oracles.json', import.meta.url), 'utf8'),
) as Oracles;

/** Little-endian float32 in base64. */
export function float32Of(text: string): Float32Array {
  return new Float32Array(Uint8Array.from(Buffer.from(text, 'base64')).buffer);
}

/** Fixtures that need no data beside the repository. */
const inRepository = cases.flatMap((one) => {
  const samples = 'mnist' in one ? null : samplesOf(one);
  return samples ? [{ one, samples, n: samples.shape[0], d: samples.values.length / samples.shape[0] }] : [];
});

export function interComparisons(kernels: Kernels): Comparison[] {
  const measure = 'Diversity (inter-sample entropy)';
  const exact = inRepository.flatMap(({ one, samples: { values }, n, d }) =>
    [interSampleEntropy(values, n, d), kernelInter(kernels, values, n, d)].map(
      ({ bits }) => [bits, one.inter.bits] as const,
    ),
  );
  const ofUmap = { k: 15, rho: true, symmetrise: 'union', targetNeighbours: 16 } as const;
  const graph = inRepository.flatMap(({ one, samples: { values }, n, d }) =>
    one.umapBits === undefined ? [] : [[kernelInter(kernels, values, n, d, ofUmap).bits, one.umapBits] as const],
  );
  const rings = [16, 64, 250].map((n) => {
    const ring = Float32Array.from({ length: 2 * n }, (_, at) => {
      const angle = (2 * Math.PI * Math.floor(at / 2)) / n;
      return at % 2 === 0 ? Math.cos(angle) : Math.sin(angle);
    });
    return [kernelInter(kernels, ring, n, 2, { k: 2 }).bits, Math.log2(2 * n)] as const;
  });
  return [
    compared(measure, 'scikit-learn’s neighbours, scipy’s root finder and entropy', 1e-9, exact),
    // umap-learn works in float32 and ends its search for σ at 1e-5.
    compared(measure, 'umap-learn’s graph, with its ρ, union and k + 1', 2e-5, graph),
    compared(measure, 'closed form: a ring of N samples, k = 2, has log2 2N', 1e-5, rings),
  ];
}

export function intraComparisons(kernels: Kernels): Comparison[] {
  const layerOf = ({ shape, values }: Samples) => {
    const [sampleCount, channelCount, height, width] = shape;
    return { maps: values, sampleCount, channelCount, mapLength: height * width };
  };
  const own = inRepository.flatMap(({ one, samples }) =>
    [mapEntropies(layerOf(samples)), kernelIntra(kernels, layerOf(samples))].flatMap((bits) =>
      zipped(bits, one.layer.own ?? []),
    ),
  );
  // 2^m values, one in each bin or all in one.
  const even = [2, 8, 32].map((bins) => {
    const maps = Float32Array.from({ length: bins }, (_, i) => i);
    const all = { maps, sampleCount: 1, channelCount: 1, mapLength: bins };
    return [kernelIntra(kernels, all, bins)[0], Math.log2(bins)] as const;
  });
  return [
    compared('Map entropy (intra-sample entropy)', 'numpy.histogram and scipy.stats.entropy', 1e-12, own),
    compared('Map entropy (intra-sample entropy)', 'closed form: one value a bin has log2 B', 1e-12, even),
  ];
}

export function sliceComparisons(): Comparison[] {
  const pairs = oracles.slices.flatMap(({ values, bins, entropy, millerMadow }) => {
    const all = float32Of(values);
    const found = entropyOfCounts(countValues(all, rangeOfValues(all), bins).counts)!;
    return [[found.bits, entropy] as const, [found.millerMadowBits, millerMadow] as const];
  });
  return [compared('Entropy of a slice', 'numpy.histogram and scipy.stats.entropy; Miller–Madow too', 1e-12, pairs)];
}

export function labelComparisons(): Comparison[] {
  const pairs = oracles.labels.flatMap((one) => {
    const counts = confusionCounts(one.labels, one.predictions, one.classes);
    const plugIn = labelEntropies(counts);
    return [
      ...zipped(plugIn.labelGivenPrediction, one.labelGivenPrediction),
      ...zipped(plugIn.predictionGivenLabel, one.predictionGivenLabel),
      ...zipped(labelEntropies(counts, 'miller-madow').predictionGivenLabel, one.millerMadow),
    ];
  });
  return [compared('Label entropies', 'scikit-learn’s confusion matrix and scipy.stats.entropy', 1e-12, pairs)];
}
