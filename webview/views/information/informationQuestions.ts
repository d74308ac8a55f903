/** What the information view asks: which layers and epochs are worth it, and the questions as text. */
import type { InformationChoice } from '../../../src/protocol/information.js';
import type { MeasureOptions, MeasureRequest, MeasureResult } from '../../../src/protocol/measure.js';
import { ALL } from '../../../src/protocol/query.js';
import { printQuery } from '../../../src/protocol/queryText.js';
import type { CallOptions } from '../../../src/protocol/rpc.js';
import type { Layer } from '../../../src/protocol/run.js';
import type { Host } from '../../host/host.js';

export const FIRST_CHOICE: InformationChoice = {
  curve: 'lower',
  noiseShare: 0.05,
  permutations: 39,
  similarity: 'layers',
  replacement: 'zero',
  picked: [],
};

/** Epochs of one course: more are thinned, the first and the last stay. */
const MOST_EPOCHS = 33;

/** Layers that hand on the values of the layer before them while probes pass. */
const COPIES =
  /^(InputLayer|Flatten|Reshape|Permute|(Spatial|Gaussian|Alpha)?Dropout(1D|2D|3D)?|GaussianNoise|ActivityRegularization)$/;

export function measuredLayers(layers: readonly Layer[]): Layer[] {
  const some = layers.filter(({ kind, className }) => kind !== 'input' && !COPIES.test(className));
  return some.length > 0 ? some : layers.slice(1);
}

/** Smallest first: what a layer costs grows with its values, and most layers are small. */
export function smallestFirst(layers: readonly Layer[]): Layer[] {
  const values = ({ channelCount, mapShape }: Layer): number => mapShape.reduce((product, length) => product * length, channelCount); // prettier-ignore
  return [...layers].sort((a, b) => values(a) - values(b));
}

/** Layers whose channels are weighed one by one: those with weights of their own, but for the classes. */
export function unitLayers(layers: readonly Layer[]): Layer[] {
  const fed = new Set(layers.flatMap(({ inputs }) => inputs));
  return layers.filter(({ kind, index, channelCount }) => {
    return (kind === 'conv' || kind === 'dense') && fed.has(index) && channelCount > 1;
  });
}

export function thinned(epochs: readonly number[]): number[] {
  if (epochs.length <= MOST_EPOCHS) return [...epochs];
  const last = epochs.length - 1;
  const places = Array.from({ length: MOST_EPOCHS }, (_, i) => Math.round((i * last) / (MOST_EPOCHS - 1)));
  return [...new Set(places)].map((place) => epochs[place]);
}

export function queryText(layers: readonly number[] | null, epochs: readonly number[]): string {
  const items = (layers ?? []).map((layer) => ({ kind: 'range' as const, range: [layer, layer] as const }));
  return printQuery({
    samples: ALL,
    layers: layers === null ? ALL : { kind: 'layers', items },
    channels: ALL,
    epochs: { kind: 'ranges', ranges: epochs.map((epoch) => [epoch, epoch] as const) },
  });
}

/** Of the course of whole layers. */
export function courseOptions({ curve, noiseShare, permutations }: InformationChoice): MeasureOptions {
  const more = { permutations, interval: true };
  return curve === 'binned' ? { estimator: 'binned', ...more } : { estimator: 'kde', noiseShare, ...more };
}

export const unitOptions = ({ permutations }: InformationChoice): MeasureOptions => ({
  estimator: 'ksg',
  units: true,
  pairs: false,
  permutations,
  interval: true,
});

/** Asks a measure, and holds the answer against what was asked. */
export async function askMeasure<M extends MeasureResult['measure']>(
  host: Host,
  measure: M,
  request: Omit<MeasureRequest, 'measure'>,
  call: CallOptions,
): Promise<Extract<MeasureResult, { measure: M }>> {
  const result = await host.call('measure', { ...request, measure }, call);
  if (result.measure !== measure) throw new Error(`asked for ${measure}, got ${result.measure}`);
  // Held against `measure` just now.
  return result as Extract<MeasureResult, { measure: M }>;
}
