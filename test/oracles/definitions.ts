/** The definitions in docs/measures.md: a paragraph or a few for each measure, with sources. */
import type { MeasureTitle } from './comparison.js';

export interface Definition {
  readonly definition: string;
  readonly source: string;
  readonly estimator: string;
  readonly bias: string;
  readonly cost: string;
}

const GAO = 'Gao, Kannan, Oh and Viswanath 2017';
const NEAR_REPEATED =
  'Too low if many values lie close to a repeated value, because all repetitions then count as near (see the mixtures below). Consistent as N and k grow.';
const PLUG_IN_BIAS = '−(m − 1)/(2N) nats for m observed states; Miller–Madow corrects it.';
const KNN_PRODUCT = 'O(N² D) time in WebAssembly, O(N k) memory.';
const PAIRS =
  'Distances: O(N² D) per channel. Matrix: O(N²) per cell. Memory: one byte per pair and channel. Above 4,096 samples, 4,096 of them are chosen at random.';

export const DEFINITIONS: Readonly<Record<MeasureTitle, Definition>> = {
  'Diversity (inter-sample entropy)': {
    definition:
      'Diversity: how different the samples are from each other. H = −Σ P_ij log2 P_ij of the symmetrized graph of the k = 15 nearest neighbours, where Σ_j P(j|i) = log2 k.',
    source: 'Shen and Shen, eqs. 4–7; McInnes, Healy and Melville 2018 (ρ and union, as options).',
    estimator:
      'Exact neighbours with distances in float64; σ by bisection; delete-a-group jackknife with 20 groups. Approximate neighbours (from 2,000 samples on) use distances in float32 and have a recall of at least 0.99, measured on 64 samples; if it is lower, more directions are used, or the exact search.',
    bias: 'Grows as log2 N by construction, also for noise. Compare H − log2 N, and the entropy of noise of equal N and D.',
    cost: KNN_PRODUCT,
  },
  'Map entropy (intra-sample entropy)': {
    definition:
      'Map entropy: how the values of one map are distributed. H of its values in B = 32 equal bins over the range of the map, or of the channel; mean over the inputs. The same for the units of a dense layer is the unit entropy.',
    source: 'Shen and Shen, §4.4.2 and §5.4.1.',
    estimator: 'Plug-in, from float32.',
    bias: PLUG_IN_BIAS,
    cost: 'O(N D), one pass over the values.',
  },
  'Entropy of a slice': {
    definition: 'H(dCNN(x, −, −, −)): entropy of all values of a slice in B = 32 equal bins over their range.',
    source: 'Shen and Shen, §4.3.',
    estimator: 'Plug-in and Miller–Madow.',
    bias: PLUG_IN_BIAS,
    cost: 'O(N D), two passes over the values.',
  },
  'Label entropies': {
    definition:
      'H(x.label | y = i) from the columns and H(y | x.label = i) from the rows of the confusion matrix: how uncertain the label is given the prediction, and the prediction given the label.',
    source: 'Shen and Shen, §5.2.',
    estimator: 'Plug-in and Miller–Madow. A class that is never predicted has no value.',
    bias: PLUG_IN_BIAS,
    cost: 'O(N + classes²).',
  },
  'Distance mutual information': {
    definition:
      'Channel capacity: H(A) − H(A|B) of the distances of all pairs of samples in channel A and in channel B, each in 32 bins.',
    source: 'Shen and Shen, eq. 3 and §5.3.1; Mantel 1967 (null); Westfall and Young 1993 (maximum).',
    estimator: 'Plug-in and Miller–Madow; null by permuted samples; jackknife over samples.',
    bias: 'Above 0 for independent channels, because there are many bins and pairs share samples. Compare with the null.',
    cost: PAIRS,
  },
  'Layer mutual information, binned': {
    definition: 'I(T; X) = H(T) and I(T; Y) of the joint state of the layer, with 30 bins per unit.',
    source: 'Shwartz-Ziv and Tishby 2017. Caution: Saxe et al. 2018, Goldfeld et al. 2019.',
    estimator: 'Plug-in and Miller–Madow; nulls by permuted units and labels.',
    bias: 'Close to log2 N as soon as most states are unique: it measures clustering, not loss of information.',
    cost: 'O(N D).',
  },
  'Layer mutual information, KDE bounds': {
    definition: 'Bounds of I(T; X) and I(T; Y) with Gaussian noise on every unit, 5 % of the variance of the layer.',
    source: 'Kolchinsky and Tracey 2017, eqs. 10–12.',
    estimator: 'Pairwise Bhattacharyya (lower bound) and Kullback–Leibler (upper bound) distances.',
    bias: 'Bounds, both below log2 N. See the table below.',
    cost: 'O(N² D) time in WebAssembly: centred float32 products, summed in float64, within 10⁻⁶ bits of float64; O(N²) memory.',
  },
  'Unit mutual information, KSG': {
    definition:
      'I of two single units from the k = 3 nearest neighbours in the maximum norm. For repeated points, all k̃ equal points are used.',
    source: `Kraskov, Stögbauer and Grassberger 2004, first estimator; ${GAO}, algorithm 1 (repeated values).`,
    estimator: `Mean of ψ(k) + ψ(N) − ψ(n_x) − ψ(n_y), where n counts the point itself. If the radius is 0, k̃, n_x and n_y count all equal values, including the point itself; ${GAO} use log here instead of ψ. Not clipped at 0. Null by permuting the second unit.`,
    bias: `None at independence beyond scatter (abstract of the source). If all values repeat, it is the bias of Miller–Madow. ${NEAR_REPEATED}`,
    cost: 'O(N²) per pair.',
  },
  'Unit and label, Ross': {
    definition:
      'I of a single unit and the class from the k = 3 nearest neighbours within the class. For repeated values, all equal values of the class are used.',
    source: `Ross 2014; ${GAO} (repeated values, as for KSG).`,
    estimator:
      'Mean of ψ(k) + ψ(N) − ψ(N_class) − ψ(m), where m counts all classes within the radius. If the radius is 0, k and m count all equal values, of the class and of all classes. Classes with one sample are left out. Null by permuted labels.',
    bias: `Scatters around 0 at independence. ${NEAR_REPEATED}`,
    cost: 'O(N²).',
  },
  CKA: {
    definition:
      'Similarity of two layers, or of one layer at two epochs: linear centred kernel alignment of the flattened activations.',
    source: 'Kornblith et al. 2019; Song et al. 2012, eq. 5. Caution: Davari et al. 2023.',
    estimator: 'Unbiased HSIC, so that it does not grow with D. It can be slightly negative.',
    bias: 'The ratio of unbiased terms is not unbiased. Deviations from the mean are float32: one sample that lies ten thousand times as far out as the others reduces the precision (to 1e-5 in a test).',
    cost: 'O(N² D) time in WebAssembly; O(N²) memory per layer.',
  },
  Redundancy: {
    definition:
      'Redundant pairs of channels: |r| ≥ 0.95 over all maps. Number of channels needed: principal components that explain 99 % of the variance of the spatial means.',
    source: 'Principal filter analysis, as in DNIKit.',
    estimator: 'Pearson’s r, within 10⁻⁶ of float64; eigenvalues of the covariance.',
    bias: '|r| of few samples is too large. Compare with distance MI and its null.',
    cost: 'O(N D C) for C channels, then O(C³).',
  },
  'Intrinsic dimension': {
    definition:
      'TwoNN: the slope through 0 of −log(1 − i/n) against the i-th smallest log μ, i = 1 … ⌊0.9 n⌋, where μ is the distance to the second neighbour divided by the distance to the first. Participation ratio: (Σλ)² / Σλ² of the covariance.',
    source: 'Facco, d’Errico, Rodriguez and Laio 2017.',
    estimator:
      'Exact distances in float64. TwoNN leaves out duplicate samples and counts them. Delete-a-group jackknife with 20 groups. The participation ratio comes from the centred Gram matrix.',
    bias: 'Too low for few samples, more so in high dimensions (see the table below). The participation ratio is at most N − 1.',
    cost: 'O(N² D) time in WebAssembly; O(N²) memory.',
  },
};
