/** What the information view asks at first, and a report answers: which layers and epochs are worth it, and the questions as text. */
import type { InformationChoice } from './information.js';
import type { MeasureOptions } from './measure.js';
import { WHOLE_CUBE } from './query.js';
import { printQuery } from './queryText.js';
import type { Layer } from './run.js';

export const FIRST_CHOICE: InformationChoice = {
  curve: 'lower',
  noiseShare: 0.05,
  permutations: 39,
  similarity: 'layers',
  replacement: 'zero',
  picked: [],
};

/** Pairs of units are shown from here on; the measure flags them from its own default on. */
export const SHOWN_CORRELATION = 0.8;

/** Epochs of one course: more are thinned, the first and the last stay. */
const MOST_EPOCHS = 33;

/** Layers that hand on the values of the layer before them while probes pass. */
const COPIES =
  /^(InputLayer|Flatten|Reshape|Permute|(Spatial|Gaussian|Alpha)?Dropout(1D|2D|3D)?|GaussianNoise|ActivityRegularization)$/;

/** All but copies; of a network of nothing else, all but the inputs. */
export function measuredLayers(layers: readonly Layer[]): Layer[] {
  const some = layers.filter(({ kind, className }) => kind !== 'input' && !COPIES.test(className));
  return some.length > 0 ? some : layers.slice(1);
}

/** Layers whose channels are weighed one by one: those with weights of their own, but for the classes. */
export function unitLayers(layers: readonly Layer[]): Layer[] {
  const fed = new Set(layers.flatMap(({ inputs }) => inputs));
  return layers.filter(({ kind, index, channelCount }) => {
    return (kind === 'conv' || kind === 'dense') && fed.has(index) && channelCount > 1;
  });
}

/** `epochs`: ascending. */
export function thinned(epochs: readonly number[]): number[] {
  if (epochs.length <= MOST_EPOCHS) return [...epochs];
  const last = epochs.length - 1;
  const places = Array.from({ length: MOST_EPOCHS }, (_, i) => Math.round((i * last) / (MOST_EPOCHS - 1)));
  return [...new Set(places)].map((place) => epochs[place]);
}

/** All samples and channels of some layers, by index, at some epochs. */
export function queryText(layers: readonly number[], epochs: readonly number[]): string {
  return printQuery({
    ...WHOLE_CUBE,
    layers: { kind: 'layers', items: layers.map((layer) => ({ kind: 'range', range: [layer, layer] })) },
    epochs: { kind: 'ranges', ranges: epochs.map((epoch) => [epoch, epoch]) },
  });
}

/** Of a whole layer's course. */
export function courseOptions({ curve, noiseShare, permutations }: InformationChoice): MeasureOptions {
  const more = { permutations, interval: true };
  return curve === 'binned' ? { estimator: 'binned', ...more } : { estimator: 'kde', noiseShare, ...more };
}

/** Of single units at one epoch. */
export const unitOptions = ({ permutations }: InformationChoice): MeasureOptions => ({
  estimator: 'ksg',
  units: true,
  pairs: false,
  permutations,
  interval: true,
});
