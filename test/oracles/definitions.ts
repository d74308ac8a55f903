/** What docs/measures.md says of each measure in words; a newcomer's first reading, and where its sources are named. */
import type { MeasureTitle } from './comparison.js';

export interface Definition {
  readonly definition: string;
  readonly source: string;
  readonly estimator: string;
  readonly bias: string;
  readonly cost: string;
}

const GAO = 'Gao, Kannan, Oh and Viswanath 2017';
const NEAR_ATOM =
  'too low where many values lie close to one that repeats, whose whole count is then taken for near (see the mixtures below); consistent as N and k grow';
const PLUG_IN_BIAS = '−(m − 1)/(2N) nats for m states seen; Miller–Madow adds it back';
const KNN_PRODUCT = 'O(N² D) time in WebAssembly, O(N k) memory';
const PAIRS =
  'distances O(N² D) for each channel, then O(N²) for each cell; a byte a pair and channel; above 4,096 samples of the pairs of 4,096 chosen ones';

export const DEFINITIONS: Readonly<Record<MeasureTitle, Definition>> = {
  'Inter-sample entropy': {
    definition: 'H = −Σ P_ij log2 P_ij of the symmetrised graph of k = 15 nearest others, Σ_j P(j\\|i) = log2 k',
    source: 'Shen and Shen, eqs. 4–7; McInnes, Healy and Melville 2018 (ρ and union, as options)',
    estimator:
      'exact neighbours, distances in float64; where they may be approximate, from 2,000 samples on: distances in float32, and at least 0.99 of them as measured on 64 samples, else more directions or exactly; σ by bisection; delete-a-group jackknife of 20',
    bias: 'grows as log2 N by construction, noise too: H − log2 N and noise of equal N and D stand beside it',
    cost: KNN_PRODUCT,
  },
  'Intra-sample entropy': {
    definition: 'H of one map’s values in B = 32 equal bins over the map’s or the channel’s range; mean over inputs',
    source: 'Shen and Shen, §4.4.2 and §5.4.1',
    estimator: 'plug-in, from float32 as it was computed',
    bias: PLUG_IN_BIAS,
    cost: 'O(N D), once over the values',
  },
  'Entropy of a slice': {
    definition: 'H(dCNN(x, −, −, −)): of all values of a slice in B = 32 equal bins over their range',
    source: 'Shen and Shen, §4.3',
    estimator: 'plug-in and Miller–Madow',
    bias: PLUG_IN_BIAS,
    cost: 'O(N D), twice over the values',
  },
  'Label entropies': {
    definition: 'H(x.label \\| y = i) from columns and H(y \\| x.label = i) from rows of the confusion counts',
    source: 'Shen and Shen, §5.2',
    estimator: 'plug-in and Miller–Madow; no value for a class that is never predicted',
    bias: PLUG_IN_BIAS,
    cost: 'O(N + classes²)',
  },
  'Distance mutual information': {
    definition:
      'H(A) − H(A\\|B) of all pairs’ distances in channel A and in channel B, each in 32 bins (channel capacity)',
    source: 'Shen and Shen, eq. 3 and §5.3.1; Mantel 1967 (null); Westfall and Young 1993 (maximum)',
    estimator: 'plug-in and Miller–Madow; null by permuted samples; jackknife over samples',
    bias: 'above 0 for independent channels, since bins are many and pairs share samples: held against the null',
    cost: PAIRS,
  },
  'Layer mutual information, binned': {
    definition: 'I(T; X) = H(T) and I(T; Y) of the layer’s joint state, 30 bins a unit',
    source: 'Shwartz-Ziv and Tishby 2017; caution: Saxe et al. 2018, Goldfeld et al. 2019',
    estimator: 'plug-in and Miller–Madow; nulls by permuted units and labels',
    bias: 'near log2 N as soon as states are unique: a measure of clustering, not of information lost',
    cost: 'O(N D)',
  },
  'Layer mutual information, KDE bounds': {
    definition: 'bounds of I(T; X) and I(T; Y) with Gaussian noise on every unit, 5 % of the layer’s variance',
    source: 'Kolchinsky and Tracey 2017, eqs. 10–12',
    estimator: 'pairwise Bhattacharyya (below) and Kullback–Leibler (above) distances',
    bias: 'bounds, both under log2 N; see the grid below',
    cost: 'O(N² D) time in WebAssembly: float32 products about the mean, summed in float64, within 10⁻⁶ bits of the twin; O(N²) memory',
  },
  'Unit mutual information, KSG': {
    definition:
      'I of two single units from the k = 3 nearest neighbours in the maximum norm; where those are equal in both, from all k̃ that are',
    source: `Kraskov, Stögbauer and Grassberger 2004, first estimator; ${GAO}, algorithm 1 (values that repeat)`,
    estimator: `mean of ψ(k) + ψ(N) − ψ(n_x) − ψ(n_y), the point itself counted in n; of equal points (a radius of 0) k̃, n_x and n_y are all that equal it, itself too; ${GAO} have log where this keeps Kraskov’s ψ; not clipped at 0; null by the second unit permuted`,
    bias: `none at independence beyond scatter (their abstract); see the grid below for dependence; of values that all repeat that of Miller–Madow’s I; ${NEAR_ATOM}`,
    cost: 'O(N²) a pair',
  },
  'Unit and label, Ross': {
    definition:
      'I of a single unit and a class from the k = 3 nearest neighbours within the class; where those are equal, from all of the class that are',
    source: `Ross 2014; for values that repeat as for KSG, ${GAO}`,
    estimator:
      'mean of ψ(k) + ψ(N) − ψ(N_class) − ψ(m), m of all classes in the radius; of a radius of 0 k and m are all that equal the value, of the class and of all; classes that occur once are left out; null by permuted labels',
    bias: `scatters around 0 at independence; ${NEAR_ATOM}`,
    cost: 'O(N²)',
  },
  CKA: {
    definition: 'linear centred kernel alignment of two layers’ flattened activations, or of one layer at two epochs',
    source: 'Kornblith et al. 2019; Song et al. 2012, eq. 5; caution: Davari et al. 2023',
    estimator: 'unbiased HSIC, so that it does not grow with D; may be slightly negative',
    bias: 'the ratio of unbiased terms is not itself unbiased; deviations from the mean are float32, so a sample ten thousand times as far out as the others costs digits (1e-5 seen)',
    cost: 'O(N² D) time in WebAssembly, about the mean; O(N²) memory a layer',
  },
  Redundancy: {
    definition: 'pairs with \\|r\\| ≥ 0.95 over all maps; the rank that holds 99 % of the variance of spatial means',
    source: 'principal filter analysis as in DNIKit',
    estimator: 'Pearson’s r about the means, within 10⁻⁶ of float64; eigenvalues of the covariance',
    bias: 'r of few samples is too large in size: its distance MI and null stand beside it',
    cost: 'O(N D C) for C channels, then O(C³)',
  },
  'Intrinsic dimension': {
    definition:
      'TwoNN: the slope through 0 of −log(1 − i/n) against the i-th smallest log μ, μ the ratio of the second to the first neighbour’s distance, i = 1 … ⌊0.9 n⌋; participation ratio: (Σλ)² / Σλ² of the covariance',
    source: 'Facco, d’Errico, Rodriguez and Laio 2017',
    estimator:
      'exact distances in float64; samples that another one equals are left out of TwoNN and counted; delete-a-group jackknife of 20; the participation ratio from the centred Gram matrix',
    bias: 'too low for few samples, the more the higher the dimension: see the table below; the participation ratio is at most N − 1',
    cost: 'O(N² D) time in WebAssembly; O(N²) memory',
  },
};
