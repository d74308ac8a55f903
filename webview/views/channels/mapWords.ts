/** Maps and their projections in words and numbers: findings, text alternatives, CSV. */
import type { DeconvnetProjection, DeconvnetResult } from '../../../src/protocol/deconvnet.js';
import type { PictureStack } from '../../../src/protocol/viewer.js';
import { table, type Cell } from '../query/results/csv.js';
import type { Maps } from './mapQuestions.js';

export function numberWords(value: number): string {
  return (Number.isInteger(value) ? String(value) : value.toPrecision(3)).replace('-', '−');
}

export function mapsWords({ epoch, rows, samples }: Maps, activations: readonly number[] | null): string {
  const epochs = rows.length > 1 ? `epochs ${rows.map((row) => row.epoch).join(', ')}` : `epoch ${epoch}`;
  const order = activations && activations.length > 0 ? `strongest first (${numberWords(activations[0])}):` : 'samples';
  const missing = rows.reduce((sum, { stack }) => sum + missingMaps(stack), 0);
  const none =
    missing > 0 ? `; ${missing} of ${rows.length * samples.length} maps contain values that are not numbers` : '';
  return `${epochs}, ${order} ${samples.join(', ')}${none}`;
}

function missingMaps({ count, values, width, height, planes }: PictureStack): number {
  const size = width * height * planes;
  return Array.from({ length: count }, (_, i) => i).filter((i) =>
    values.subarray(i * size, (i + 1) * size).some((value) => Number.isNaN(value)),
  ).length;
}

/** What one projection shows. */
export function placeWords({ place, activation, field }: DeconvnetProjection): string {
  const where = place === null ? 'whole map' : place.length === 0 ? 'the unit' : `unit at ${axesWords(place)}`;
  const value = activation === null ? 'no number' : numberWords(activation);
  const seen = field.map(([from, to]) => (to > from ? `${from}–${to - 1}` : 'nothing'));
  const sees = field.length === 0 ? 'sees the whole input' : `sees ${axesWords(seen)}`;
  return activation === 0
    ? `${where}: activation 0, nothing to project`
    : `${where}, ${place === null ? 'largest ' : ''}activation ${value}, ${sees}`;
}

const AXES = ['plane', 'row', 'column'];

function axesWords(values: readonly (number | string)[]): string {
  return values.map((value, i) => `${AXES[AXES.length - values.length + i]} ${value}`).join(', ');
}

export function projectionWords({ projections, inputChannels }: DeconvnetResult): string {
  const silent = projections.filter(({ activation }) => activation === 0).length;
  const known = projections.flatMap(({ recordedDifference }) => recordedDifference ?? []);
  const checked =
    known.length > 0
      ? ` Maps computed from recorded weights and recorded maps differ by at most ${Math.max(...known).toExponential(0)} of the layer’s largest value.`
      : '';
  const none = silent > 0 ? ` ${silent} of ${projections.length} activations are 0: nothing to project.` : '';
  return `Deconvnet (Zeiler and Fergus): 0 is ${inputChannels === 3 ? 'mid-grey' : 'the background'}, same scale for the row; boxes show the receptive field of the unit.${none}${checked}`;
}

export function mapsCsv({ rows, samples, labels }: Maps, projection: DeconvnetResult | null): string {
  const maps = rows.flatMap(({ epoch, stack }) =>
    Array.from(stack.values, (value, i): Cell[] => {
      const size = stack.width * stack.height;
      const [at, pixel] = [Math.floor(i / size), i % size];
      return [
        'map',
        epoch,
        samples[at],
        labels[at],
        Math.floor(pixel / stack.width),
        pixel % stack.width,
        null,
        finite(value),
      ];
    }),
  );
  return table(
    ['kind', 'epoch', 'sample', 'class', 'y', 'x', 'plane', 'value'],
    [...maps, ...projectionRows(projection, samples, labels)],
  );
}

function projectionRows(
  projection: DeconvnetResult | null,
  samples: readonly number[],
  labels: readonly number[],
): Cell[][] {
  if (!projection) return [];
  const { values, inputChannels, inputShape, epoch, projections } = projection;
  const width = inputShape.at(-1) ?? 1;
  const size = values.length / projections.length;
  return Array.from(values, (value, i): Cell[] => {
    const [at, within] = [Math.floor(i / size), i % size];
    const pixel = Math.floor(within / inputChannels);
    const place = [Math.floor(pixel / width), pixel % width, within % inputChannels];
    return ['deconvnet', epoch, samples[at], labels[at], ...place, value];
  });
}

function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
