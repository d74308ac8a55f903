/** What can be chosen of layer mutual information, held against its bounds, and what its results say of it. */
import { layerMi, type OptionsOf, type Provenance } from '../../../protocol/measure.js';
import { chosenOptions } from '../../../protocol/measures/option.js';
import type { InformationOptions } from '../../measures/layerInformation.js';
import { ANALYSIS_VERSION } from '../../run/version.js';
import type { MapsParameters } from './mapsParameters.js';

export type ChosenInformation = Omit<InformationOptions, 'range'> & {
  readonly units: boolean;
  readonly pairs?: boolean;
};

/** Options with their defaults. Throws a Failure for a number of bins or a share of noise that has no meaning. */
export function checkInformationOptions(options: OptionsOf<'layer-mi'>): ChosenInformation {
  const { estimator, bins, noiseShare, permutations, seed, interval, units, pairs } = chosenOptions(layerMi, options);
  return { estimator, bins, noiseShare, permutations, seed, interval, units: estimator === 'ksg' || units, pairs };
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
