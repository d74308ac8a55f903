/** What the compiled kernels (src/analysis/kernels) export; all take addresses in one memory. */

interface ChannelMajorExports {
  toChannelMajor(source: number, target: number, sampleCount: number, length: number, channelCount: number): void;
}

interface ChannelProductsExports {
  addChannelProducts(
    maps: number,
    sampleCount: number,
    channelCount: number,
    length: number,
    means: number,
    packed: number,
    stride: number,
    sums: number,
    squares: number,
  ): void;
}

interface NeighbourSearchExports {
  multiplyBlocks: MultiplyBlocks;
  multiplyShort: MultiplyBlocks;
  shortPiece(stride: number): number;
  extentOfRows(samples: number, n: number, d: number, stride: number, means: number, piece: number, out: number): void;
  packShort: PackRows<number>;
  columnMeans(samples: number, n: number, d: number, stride: number, means: number): void;
  largestDeviation(samples: number, n: number, d: number, stride: number, means: number): number;
  largestMagnitude(values: number, count: number): number;
  packCentred: PackRows<void>;
  candidateListBytes(length: number): number;
  clearLists(lists: number, rows: number, length: number): void;
  searchBlocks(
    isShort: boolean,
    packed: number,
    stride: number,
    norms: number,
    n: number,
    paddedRows: number,
    blockI: number,
    blockJ: number,
    products: number,
    lists: number,
    limits: number,
    length: number,
  ): void;
}

type MultiplyBlocks = (a: number, aRows: number, b: number, bRows: number, stride: number, products: number) => void;

/** Samples (n, d) to packed rows: of float32, or of int16 with what rounding took from a row at most. */
type PackRows<R> = (
  samples: number,
  n: number,
  d: number,
  stride: number,
  means: number,
  scale: number,
  slack: number,
  paddedRows: number,
  packed: number,
  packedStride: number,
  norms: number,
) => R;

interface NeighbourRefineExports {
  refineRows(
    samples: number,
    d: number,
    isShort: boolean,
    blur: number,
    packed: number,
    stride: number,
    norms: number,
    n: number,
    scale: number,
    lists: number,
    apart: number,
    listCount: number,
    candidateCount: number,
    length: number,
    from: number,
    to: number,
    merged: number,
    neighbours: number,
    distances: number,
  ): number;
}

interface ShorterRowsExports {
  orthonormalise(rows: number, count: number, d: number): void;
  takePlaces(
    products: number,
    rows: number,
    first: number,
    count: number,
    shorter: number,
    stride: number,
    fromRow: number,
  ): void;
  completeRows(
    shorter: number,
    stride: number,
    count: number,
    norms: number,
    rests: number,
    agreement: number,
    from: number,
    to: number,
  ): void;
  roundRows(
    shorter: number,
    stride: number,
    paddedRows: number,
    norms: number,
    scale: number,
    order: number,
    rounded: number,
    roundedStride: number,
    roundedNorms: number,
  ): void;
}

interface ApproximateNeighboursExports {
  clearProbes(lists: number, count: number, length: number): void;
  offerToProbes(
    products: number,
    rows: number,
    fromRow: number,
    norms: number,
    probes: number,
    probeNorms: number,
    count: number,
    lists: number,
    limits: number,
    length: number,
    nearest: number,
  ): void;
  mergedCandidates(
    lists: number,
    apart: number,
    listCount: number,
    length: number,
    merged: number,
    out: number,
  ): number;
  refineCandidates(
    samples: number,
    d: number,
    scale: number,
    unscale: number,
    rests: number,
    agreement: number,
    lists: number,
    apart: number,
    listCount: number,
    candidateCount: number,
    length: number,
    order: number,
    from: number,
    to: number,
    merged: number,
    neighbours: number,
    distances: number,
  ): void;
}

interface NeighbourGraphExports {
  weighRows(
    neighbours: number,
    distances: number,
    length: number,
    k: number,
    target: number,
    rho: boolean,
    groups: number,
    without: number,
    order: number,
    from: number,
    to: number,
    targets: number,
    probabilities: number,
    flags: number,
  ): void;
  graphEntropy(targets: number, probabilities: number, n: number, k: number, union: boolean): number;
}

interface FiniteRowsExports {
  allFinite(values: number, count: number): number;
}

interface IntraSampleExports {
  fillEntropyTable(table: number, length: number): void;
  mapRanges(maps: number, mapCount: number, length: number, ranges: number): void;
  mapEntropies(
    maps: number,
    mapCount: number,
    length: number,
    bins: number,
    ranges: number,
    rangeCount: number,
    firstRange: number,
    own: number,
    table: number,
    tableLength: number,
    counts: number,
    histograms: number,
    out: number,
  ): void;
}

interface PairDistancesExports {
  addProducts(
    isShort: boolean,
    packed: number,
    stride: number,
    n: number,
    from: number,
    to: number,
    products: number,
    first: boolean,
  ): void;
  productsToSquares(norms: number, n: number, from: number, to: number, unit: number, products: number): void;
  rangeOfPairs(
    values: number,
    n: number,
    stride: number,
    length: number,
    squares: number,
    error: number,
    blur: number,
    range: number,
  ): void;
  quantisePairs(
    values: number,
    n: number,
    stride: number,
    length: number,
    squares: number,
    error: number,
    blur: number,
    bins: number,
    range: number,
    codes: number,
    scratch: number,
  ): void;
}

interface PairSumsExports {
  addPairSums(packed: number, stride: number, n: number, from: number, to: number, sums: number, first: boolean): void;
  sumsToSquares(norms: number, n: number, from: number, to: number, sums: number): void;
}

interface KernelDensityExports {
  squaresToKernels(squares: number, count: number, rate: number, out: number): void;
  kernelSums(kernels: number, n: number, groups: number, groupCount: number, labels: number, sums: number): void;
  kernelSumsWithin(kernels: number, n: number, members: number, count: number, sums: number): void;
}

interface AlignmentExports {
  gramRowSums(gram: number, n: number, groups: number, groupCount: number, sums: number): void;
  gramTraces(a: number, b: number, n: number, groups: number, groupCount: number, scratch: number, sums: number): void;
}

interface PairEntropiesExports {
  indexPairs(n: number, order: number, taken: number, index: number): void;
  indexSome(n: number, order: number, pairs: number, count: number, index: number): void;
  takeCodes(codes: number, index: number, count: number, shift: number, out: number): void;
  takeTwo(b: number, c: number, index: number, count: number, shift: number, bins: number, out: number): void;
  takesTwo(bins: number): number;
  fillPairTable(table: number, length: number): void;
  pairEntropies: CountPairs;
  pairEntropiesOfTwo: CountPairs;
}

type CountPairs = (
  a: number,
  b: number,
  count: number,
  bins: number,
  table: number,
  tableLength: number,
  counts: number,
  out: number,
) => void;

interface ValueSummaryExports {
  summariseMaps(maps: number, mapCount: number, length: number, lower: number, upper: number, out: number): void;
}

export interface KernelExports
  extends
    AlignmentExports,
    ApproximateNeighboursExports,
    ChannelMajorExports,
    ChannelProductsExports,
    FiniteRowsExports,
    IntraSampleExports,
    KernelDensityExports,
    NeighbourGraphExports,
    NeighbourRefineExports,
    NeighbourSearchExports,
    PairDistancesExports,
    PairEntropiesExports,
    PairSumsExports,
    ShorterRowsExports,
    ValueSummaryExports {}
