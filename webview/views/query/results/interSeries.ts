/** Diversity over epochs as lines: one slice with its interval and noise, or one line a layer. */
import type { InterResult, InterValue } from '../../../../src/protocol/measure.js';
import type { Layer } from '../../../../src/protocol/run.js';
import type { LineSeries } from '../../../marks/lineChart.js';
import { layerLabel } from '../../../text/layerLabel.js';
import { countWords, plural } from '../../../text/words.js';

export function interSeries(result: InterResult, layers: readonly Layer[], cursorEpoch: number): LineSeries[] {
  const groups = [...new Set(result.values.map((value) => value.layer))].map((index) => ({
    layer: layers[index],
    values: result.values.filter((value) => value.layer === index),
  }));
  if (groups.length !== 1) return groups.map(({ layer, values }) => layerLine(layer, values));
  const [{ layer, values }] = groups;
  const noise = values.filter((value) => value.noiseBits !== null);
  return [
    {
      ...layerLine(layer, values),
      detail: excessWords('', values, cursorEpoch, (value) => value.excessBits),
      tone: 'accent',
    },
    ...(noise.length === 0
      ? []
      : [
          {
            id: 'noise',
            label: 'Gaussian noise',
            detail: excessWords('same N and D; ', values, cursorEpoch, noiseExcess),
            tone: 'reference' as const,
            points: noise.map((value) => ({ epoch: value.epoch, value: value.noiseBits })),
          },
        ]),
  ];
}

function layerLine(layer: Layer, values: readonly InterValue[]): LineSeries {
  return {
    id: `layer ${layer.index}`,
    label: layerLabel(layer),
    tone: 'plain',
    layer: layer.index,
    points: values.map((value) => ({
      epoch: value.epoch,
      value: value.bits,
      low: shifted(value, -1),
      high: shifted(value, 1),
    })),
  };
}

function shifted({ bits, halfWidthBits }: InterValue, sign: 1 | -1): number | null {
  return bits === null || halfWidthBits === null ? null : bits + sign * halfWidthBits;
}

/** H of noise less log2 N, from H − log2 N of the slice at the same epoch. */
function noiseExcess({ bits, excessBits, noiseBits }: InterValue): number | null {
  return bits === null || excessBits === null || noiseBits === null ? null : noiseBits - (bits - excessBits);
}

function excessWords(
  prefix: string,
  values: readonly InterValue[],
  epoch: number,
  excess: (value: InterValue) => number | null,
): string {
  const value = values.find((one) => one.epoch === epoch);
  const bits = value ? excess(value) : null;
  if (bits === null) return value?.reason ?? `${prefix}no value`;
  return `${prefix}${Math.abs(bits).toFixed(2)} bits ${bits < 0 ? 'below' : 'above'} log₂ N`;
}

/** Estimator, k, N, D and what was left out. */
export function interCaption(result: InterResult): string {
  const { provenance, values } = result;
  const dimensions = [...new Set(values.map((value) => value.d))];
  const k = [...new Set(values.map((value) => value.k))];
  const withInterval = values.some((value) => value.halfWidthBits !== null);
  const one = new Set(values.map((value) => value.layer)).size === 1;
  const left = Math.max(0, ...values.map((value) => value.nonFiniteCount));
  const dead = new Set(values.filter(({ isDead }) => isDead).map(({ layer }) => layer)).size;
  const ties = Math.max(0, ...values.map((value) => value.tieCount));
  return [
    `Inter-sample entropy: ${provenance.estimator}, k = ${rangeWords(k)}`,
    `N = ${countWords(provenance.n)}, D = ${rangeWords(dimensions)}`,
    ...(withInterval ? [one ? 'band: 95 %, jackknife' : '± 95 %, jackknife'] : []),
    ...(left > 0 ? [`up to ${countWords(left)} samples left out (NaN or ±Inf)`] : []),
    ...(dead > 0 ? [`${plural(dead, 'layer')} dead: constant outputs, so the diversity is meaningless`] : []),
    ...(ties > 0 ? [`up to ${countWords(ties)} ties at the k-th neighbour`] : []),
  ].join('; ');
}

function rangeWords(values: readonly number[]): string {
  const low = Math.min(...values);
  const high = Math.max(...values);
  return low === high ? countWords(low) : `${countWords(low)}–${countWords(high)}`;
}
