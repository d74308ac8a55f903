/** What can be chosen of layer mutual information, held against its bounds, and what its results say of it. */
import { Failure } from '../../protocol/failure.js';
import type { MeasureOptions, Provenance } from '../../protocol/measure.js';
import type { InformationOptions } from '../measures/layerInformation.js';
import { LEAST_TWO_SIDED } from '../measures/matrixStatistics.js';
import { ANALYSIS_VERSION } from '../version.js';
import { checkPairOptions } from './distanceMi.js';
import type { MapsParameters } from './mapsParameters.js';

export type ChosenInformation = Omit<InformationOptions, 'range'> & {
  readonly units: boolean;
  readonly pairs?: boolean;
};

const DOING = 'computing layer mutual information';
const DEFAULT_BINS = 30;
const MOST_BINS = 65_536;
const DEFAULT_NOISE_SHARE = 0.05;

/** Options with their defaults. Throws a Failure for a number of bins or a share of noise that has no meaning. */
export function checkInformationOptions(options: MeasureOptions): ChosenInformation {
  const { estimator = 'binned', noiseShare = DEFAULT_NOISE_SHARE, bins = DEFAULT_BINS, interval = false } = options;
  const { permutations, seed } = checkPairOptions({ ...options, bins: 1 }, LEAST_TWO_SIDED, DOING);
  const wrongBins = !Number.isSafeInteger(bins) || bins < 1 || bins > MOST_BINS;
  if (wrongBins || !(noiseShare > 0 && Number.isFinite(noiseShare))) {
    throw new Failure({
      kind: 'bad-input',
      doing: DOING,
      wrong: wrongBins ? `${bins} bins are asked for` : `the noise share is ${noiseShare}`,
      tryThis: wrongBins ? `Ask for 1 to ${MOST_BINS} bins; 30 is the default.` : 'Give a share above 0, such as 0.05.',
    });
  }
  const units = estimator === 'ksg' || (options.units ?? false);
  return { estimator, bins, noiseShare, permutations, seed, interval, units, pairs: options.pairs ?? true };
}

export function layerMiProvenance(chosen: ChosenInformation, n: number, ofMaps: MapsParameters = {}): Provenance {
  const { estimator, bins, noiseShare, permutations, seed, interval, units } = chosen;
  const own: Record<string, number> = { binned: { bins }, kde: { noiseShare }, ksg: { k: 3 } }[estimator];
  const words = {
    binned: `plug-in of ${units ? 'each unit, its map’s mean' : 'joint states'}, ${bins} equal bins over the layer’s range: a measure of clustering`,
    kde: `pairwise bounds of activations plus Gaussian noise of ${100 * noiseShare} % of the total variance`,
    ksg: 'nearest neighbours of single units (k = 3), Ross for labels, KSG for pairs',
  };
  return {
    measure: 'layer-mi',
    estimator: words[estimator],
    parameters: { ...own, units, interval, permutations, ...(permutations > 0 ? { seed } : {}), ...ofMaps },
    n,
    unit: 'bits',
    version: ANALYSIS_VERSION,
  };
}
