/** What a request for distance MI compares: the channels of two layers, or whole layers, of some pairs of samples. */
import { Failure } from '../../../protocol/failure.js';
import { distanceMi, type MapsReference, type OptionsOf } from '../../../protocol/measure.js';
import { chosenOptions } from '../../../protocol/measures/option.js';
import { ALL } from '../../../protocol/query.js';
import { pairedSamples } from '../../measures/chosenSamples.js';
import { resolveLayers, type SelectedLayer, type Selection } from '../../run/resolveSelection.js';
import type { OpenedRun } from '../../run/openedRun.js';
import type { PairOptions } from '../dispatch/pairScratch.js';

/** What the matrices of one request hold: rows are of `a`, columns of `b`. */
export interface DistanceMiPlan {
  readonly of: 'channels' | 'layers';
  readonly a: readonly SelectedLayer[];
  /** The same object as `a` where the matrix is of A against itself. */
  readonly b: readonly SelectedLayer[];
  readonly chosen: PairOptions;
}

const { doing: DOING, options: OPTIONS } = distanceMi;
/** With twice as many bins beside them, which are a byte a pair too. */
const MOST_SENSITIVITY_BINS = OPTIONS.bins.most / 2;

export function distanceMiPlan(
  run: OpenedRun,
  { layers }: Selection,
  options: OptionsOf<'distance-mi'>,
): DistanceMiPlan {
  const chosen = checkPairOptions(options);
  const of = options.of ?? (layers.length > 2 && options.other === undefined ? 'layers' : 'channels');
  if (options.other !== undefined) checkOther(options.other, of, layers.length);
  if (of === 'layers') return { of, a: layers, b: layers, chosen };
  if (options.other !== undefined) {
    const [other] = layerNamed(run, options.other);
    const a = layers.slice(0, 1);
    const isItself = other.layer === a[0].layer && other.channels.length === a[0].channels.length;
    return { of, a, b: isItself ? a : [other], chosen };
  }
  if (layers.length > 2) throw tooMany(layers.length);
  const a = layers.slice(0, 1);
  return { of, a, b: layers.length === 2 ? layers.slice(1) : a, chosen };
}

export function checkPairOptions(options: OptionsOf<'distance-mi'>): PairOptions {
  const { bins, permutations, nullPairs, seed, interval, sensitivity } = chosenOptions(distanceMi, options);
  if (sensitivity && bins > MOST_SENSITIVITY_BINS)
    throw wrongOption(`bins is ${bins}`, `With the table of bins × N, use 1 to ${MOST_SENSITIVITY_BINS} bins.`);
  return { bins, permutations, nullPairs, seed, interval, sensitivity };
}

/** Those of the samples whose pairs are counted. */
export function pairedOf(samples: readonly number[]): number[] {
  return pairedSamples(samples.length).map((position) => samples[position]);
}

export function matrixSides({ of, a, b }: DistanceMiPlan): { rows: MapsReference[]; columns: MapsReference[] } {
  const side = (layers: readonly SelectedLayer[]): MapsReference[] =>
    layers.flatMap(({ layer, channels }): MapsReference[] =>
      of === 'layers' ? [{ layer, channel: null }] : channels.map((channel) => ({ layer, channel })),
    );
  return { rows: side(a), columns: side(b) };
}

/** The other layer's channels are held against those of one layer, which the query names. */
function checkOther(other: string, of: DistanceMiPlan['of'], layerCount: number): void {
  if (of === 'layers')
    throw wrongOption(`the layer ${other} is given for a matrix of whole layers`, 'Select it in the query.');
  if (layerCount === 1) return;
  const wrong = `the query selects ${layerCount} layers, and ${other} is given as the other layer`;
  throw wrongOption(wrong, 'Select one layer and give the other, or select two.');
}

/** By name, or by index where no layer has the name. */
function layerNamed(run: OpenedRun, name: string): SelectedLayer[] {
  const isIndex = /^\d+$/.test(name) && !run.manifest.layers.some((layer) => layer.name === name);
  const item = isIndex
    ? ({ kind: 'range', range: [Number(name), Number(name)] } as const)
    : ({ kind: 'name', name } as const);
  return resolveLayers(
    { samples: ALL, layers: { kind: 'layers', items: [item] }, channels: ALL, epochs: ALL },
    run.manifest,
  );
}

function tooMany(count: number): Failure {
  return new Failure({
    kind: 'bad-input',
    doing: DOING,
    wrong: `the query selects ${count} layers, but channels are compared with those of one other layer`,
    tryThis: 'Select two layers, as in dCNN(-, {conv2d_1, conv2d_2}, -, -), or use --of layers.',
  });
}

function wrongOption(wrong: string, tryThis: string): Failure {
  return new Failure({ kind: 'bad-input', doing: DOING, wrong, tryThis });
}
