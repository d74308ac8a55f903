/** Learned features (CNNVis §5.2): of each channel the input patches that it answers most, cut by receptive field. */
import { Failure } from '../../../protocol/failure.js';
import { keptSampleCount } from '../../../protocol/keptMaps.js';
import { MOST_PATCHES, type Patch, type PatchesRequest, type PatchSheet } from '../../../protocol/network.js';
import type { CallContext } from '../../../protocol/rpc.js';
import type { Layer } from '../../../protocol/run.js';
import { lengthOf } from '../../run/mapShape.js';
import { windowOf } from '../../network/receptiveField.js';
import type { TopPlace } from '../../network/topPlaces.js';
import type { OpenedRun } from '../../run/openedRun.js';
import type { Session } from '../dispatch/session.js';
import { wholeEpoch } from './network.js';
import { ANALYSIS_VERSION } from '../../run/version.js';
import { fieldWindow, networkGraph, type FieldWindow } from './networkGraph.js';
import { keptOr } from './keptOr.js';
import { KeptPlaces } from './networkKept.js';

/** Longest side of a patch that is sent: what one is drawn with at most; larger windows are averaged down to it. */
const MOST_SIDE = 64;
/** Inputs that are read at once. */
const BATCH_SAMPLES = 16;
/** Values of all patches of one answer together: 32 MB. */
const MOST_VALUES = 2 ** 23;

export async function networkPatches(
  session: Session,
  run: OpenedRun,
  asked: PatchesRequest,
  context: CallContext,
): Promise<PatchSheet> {
  const { manifest } = run;
  const epoch = wholeEpoch(run, asked.epoch);
  const node = (await networkGraph(run)).nodes.find(({ layer }) => layer === asked.layer);
  const window = node && fieldWindow(manifest, node.layer);
  if (!node || !window)
    throw noPatches(node ? 'the inputs are not images' : `layer ${asked.layer} is not shown in the network`);
  const planes = planesOf(manifest.layers[0]);
  checkAsked(asked, manifest.layers[node.shownBy], window, planes);
  const samples = await samplesOf(run, node.shownBy, asked.classIndex);
  const { channels, each } = asked;
  const slice = { run: run.reference, layer: node.shownBy, epoch, samples, channels };
  const task = { signal: context.signal, rank: session.nextRank() };
  const key = [
    'network patches',
    ANALYSIS_VERSION,
    await run.epochTag(epoch),
    node.shownBy,
    channels,
    each,
    samples.length,
    asked.classIndex,
  ];
  const tops = await keptOr<TopPlace[][]>(run, key, KeptPlaces, () =>
    session.pool.run('topActivations', { ...slice, each }, task),
  );
  const mapShape = manifest.layers[node.shownBy].mapShape;
  const patches = tops.flatMap((places, i) => places.map((one) => placed(one, channels[i], mapShape, window)));
  const values = await cut(run, patches, window, planes);
  const { minimum, maximum } = rangeOf(values);
  const { height, width } = shrunk(window);
  return { patches, height, width, planes, values, minimum, maximum, n: samples.length };
}

function checkAsked({ channels, each }: PatchesRequest, layer: Layer, window: FieldWindow, planes: number): void {
  const channel = channels.find((one) => one >= layer.channelCount);
  if (channel !== undefined) throw noPatches(`${layer.name} has no channel ${channel}: it has ${layer.channelCount}`);
  const count = channels.length * each;
  const { height, width } = shrunk(window);
  if (count > MOST_PATCHES || count * height * width * planes > MOST_VALUES)
    throw noPatches(`${count} patches of ${window.height} × ${window.width} are too many`);
}

/** Those with kept maps, of one class or of all. */
async function samplesOf({ manifest, reader }: OpenedRun, layer: number, classIndex: number | null): Promise<number[]> {
  const all = Array.from({ length: keptSampleCount(manifest, layer) }, (_, i) => i);
  if (all.length === 0) throw noPatches(`the run has no maps of ${manifest.layers[layer].name}`);
  if (classIndex === null) return all;
  if (classIndex >= manifest.classNames.length) throw noPatches(`there is no class ${classIndex}`);
  const labels = await reader.readLabels();
  const samples = all.filter((sample) => labels[sample] === classIndex);
  if (samples.length > 0) return samples;
  throw noPatches(`the run has no maps of the class ${manifest.classNames[classIndex]}`);
}

function placed(
  { sample, place, value }: TopPlace,
  channel: number,
  mapShape: readonly number[],
  { axes }: FieldWindow,
): Patch {
  const columns = mapShape.at(-1) ?? 1;
  const [y, x] = [Math.floor(place / columns), place % columns];
  const top = axes?.[0] ? windowOf(axes[0], y).from : 0;
  const left = axes ? windowOf(axes[1], x).from : 0;
  return { channel, sample, value, y, x, top, left };
}

/** Pixels of the input to a side of a pixel that is sent. */
function stepOf({ height, width }: FieldWindow): number {
  return Math.ceil(Math.max(height, width) / MOST_SIDE);
}

function shrunk(window: FieldWindow): { height: number; width: number } {
  const step = stepOf(window);
  return { height: Math.ceil(window.height / step), width: Math.ceil(window.width / step) };
}

/** (patch, y, x, plane); each sample's input is read once. */
async function cut(
  { reader, manifest }: OpenedRun,
  patches: readonly Patch[],
  window: FieldWindow,
  planes: 1 | 3,
): Promise<Float32Array> {
  const { mapShape } = manifest.layers[0];
  const channels = Array.from({ length: planes }, (_, plane) => plane);
  const length = lengthOf(mapShape);
  const { height, width } = shrunk(window);
  const size = height * width * planes;
  const values = new Float32Array(patches.length * size);
  const full = new Float32Array(window.height * window.width * planes);
  const all = [...new Set(patches.map(({ sample }) => sample))].sort((a, b) => a - b);
  for (let from = 0; from < all.length; from += BATCH_SAMPLES) {
    const samples = all.slice(from, from + BATCH_SAMPLES);
    const inputs = new Float32Array(samples.length * planes * length);
    await reader.readMaps({ layer: 0, epoch: 0, samples, channels }, inputs);
    patches.forEach((patch, i) => {
      const place = samples.indexOf(patch.sample);
      if (place < 0) return;
      full.fill(NaN);
      copyWindow(inputs, place * planes * length, mapShape, patch, window, planes, full, 0);
      values.set(averaged(full, window, planes), i * size);
    });
  }
  return values;
}

/** Means of squares of `stepOf` pixels, NaN where all of one lie outside the input. */
function averaged(full: Float32Array, window: FieldWindow, planes: number): Float32Array {
  const step = stepOf(window);
  if (step === 1) return full;
  const { height, width } = shrunk(window);
  const sums = new Float32Array(height * width * planes);
  const counts = new Uint32Array(sums.length);
  full.forEach((value, at) => {
    if (Number.isNaN(value)) return;
    const pixel = Math.floor(at / planes);
    const [y, x] = [Math.floor(pixel / window.width), pixel % window.width];
    const to = (Math.floor(y / step) * width + Math.floor(x / step)) * planes + (at % planes);
    sums[to] += value;
    counts[to]++;
  });
  return sums.map((sum, i) => sum / counts[i]);
}

function copyWindow(
  inputs: Float32Array,
  from: number,
  mapShape: readonly number[],
  { top, left }: Patch,
  { height, width }: FieldWindow,
  planes: number,
  to: Float32Array,
  at: number,
): void {
  const columns = mapShape.at(-1)!;
  const rows = mapShape.length === 2 ? mapShape[0] : 1;
  for (let y = Math.max(0, -top); y < height && top + y < rows; y++) {
    for (let x = Math.max(0, -left); x < width && left + x < columns; x++) {
      for (let plane = 0; plane < planes; plane++)
        to[at + (y * width + x) * planes + plane] = inputs[from + (plane * rows + top + y) * columns + left + x];
    }
  }
}

function planesOf({ channelCount, mapShape }: Layer): 1 | 3 {
  return channelCount === 3 && mapShape.length === 2 ? 3 : 1;
}

function rangeOf(values: Float32Array): { minimum: number; maximum: number } {
  let [minimum, maximum] = [Infinity, -Infinity];
  for (const value of values) {
    if (value < minimum) minimum = value;
    if (value > maximum) maximum = value;
  }
  return minimum <= maximum ? { minimum, maximum } : { minimum: 0, maximum: 0 };
}

function noPatches(wrong: string): Failure {
  return new Failure({
    kind: 'not-found',
    doing: 'cutting the patches with the strongest responses',
    wrong,
    tryThis: 'Choose a layer, channels and a class of the network view, and fewer patches.',
  });
}
