/** Which options of `query` each measure takes: what another's would have asked for must not silently be missing. */
import { Failure } from '../../protocol/failure.js';
import type { InformationEstimator, MeasureName, MeasureOptions } from '../../protocol/measure.js';

type OptionName = keyof MeasureOptions;

const TAKEN: Readonly<Record<MeasureName, readonly OptionName[]>> = {
  inter: ['k', 'neighbours', 'noise', 'interval'],
  intra: ['bins', 'range'],
  label: [],
  metrics: [],
  'distance-mi': ['bins', 'of', 'other', 'permutations', 'nullPairs', 'seed', 'interval', 'sensitivity'],
  'layer-mi': ['estimator', 'bins', 'noiseShare', 'units', 'permutations', 'seed', 'interval'],
  cka: ['between', 'interval'],
  redundancy: ['correlation', 'traceShare', 'bins', 'permutations', 'nullPairs', 'seed'],
  slice: ['bins'],
};

/** Options that one estimator of layer-mi alone takes. */
const OF_ESTIMATOR: Readonly<Partial<Record<OptionName, InformationEstimator>>> = { bins: 'binned', noiseShare: 'kde' };

/** Throws a Failure for an option that the measure, or its estimator, does not take. */
export function checkTaken(measure: MeasureName, options: MeasureOptions): void {
  const taken = TAKEN[measure];
  const given = Object.keys(options) as OptionName[]; // the caller has parsed them, and nothing else
  const foreign = given.find((name) => !taken.includes(name));
  if (foreign !== undefined) {
    const those = taken.map(flagOf).join(', ');
    throw notTaken(foreign, measure, those === '' ? 'Leave it out.' : `Leave it out; ${measure} takes ${those}.`);
  }
  if (measure !== 'layer-mi') return;
  const { estimator = 'binned' } = options;
  for (const name of given) {
    const wanted = OF_ESTIMATOR[name] ?? estimator;
    if (wanted === estimator) continue;
    throw notTaken(name, `the estimator ${estimator}`, `Leave it out, or ask for --estimator ${wanted}.`);
  }
}

function notTaken(name: OptionName, whose: string, tryThis: string): Failure {
  const wrong = `${flagOf(name)} is no option of ${whose}`;
  return new Failure({ kind: 'bad-input', doing: 'reading the options of the measure', wrong, tryThis });
}

/** As it is typed: nullPairs is --null-pairs. */
function flagOf(name: OptionName): string {
  return `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}
