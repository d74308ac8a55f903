/** Small pictures: the mean input of each class, the mean map of each channel, single maps of chosen samples. */
import { Failure } from '../../../protocol/failure.js';
import type { CallContext } from '../../../protocol/rpc.js';
import { keptSampleCount } from '../../../protocol/keptMaps.js';
import type { Layer } from '../../../protocol/run.js';
import { MOST_FEATURE_MAPS, type PictureStack, type ViewerContract } from '../../../protocol/viewer.js';
import { lengthOf } from '../../run/mapShape.js';
import { whyNotClassified } from '../../run/notClassified.js';
import { withMaps } from '../../run/resolveSelection.js';
import { selectionOf, type OpenedRun } from '../../run/openedRun.js';
import type { Session } from '../dispatch/session.js';

/** More pictures than this say nothing on a strip, and cost what a screen cannot show. */
const MOST_PICTURES = 1024;

/** One picture a class, of the probes that carry it; inputs of three channels come as colours. */
export async function classMeans(session: Session, run: OpenedRun, context: CallContext): Promise<PictureStack> {
  const { manifest, reader } = run;
  if (manifest.task !== 'classification') throw notPossible(whyNotClassified(manifest.task));
  const labels = await reader.readLabels();
  return meanInputs(session, run, [...labels.keys()], labels, manifest.classNames.length, context);
}

/** Mean input of each group of samples (−1: of none); inputs of three channels come as colours. */
export async function meanInputs(
  session: Session,
  run: OpenedRun,
  samples: readonly number[],
  groups: Int32Array,
  groupCount: number,
  context: CallContext,
): Promise<PictureStack> {
  const [input] = run.manifest.layers;
  const planes = planesOf(input);
  const channels = planes === 3 ? [0, 1, 2] : [0];
  const { means, counts } = await meansOf(session, run, 0, 0, samples, channels, groups, groupCount, context);
  return stack(input, planes === 3 ? interleaved(means, 3, lengthOf(input.mapShape)) : means, planes, counts);
}

/** One picture for each of the query's channels of its first layer, over its samples with kept maps. */
export async function channelMeans(
  session: Session,
  run: OpenedRun,
  text: string,
  epoch: number,
  context: CallContext,
): Promise<PictureStack> {
  const { selection } = await selectionOf(run, text);
  const { layer, channels } = selection.layers[0];
  const at = selection.epochs.find((one) => one.epoch === epoch) ?? (await selectionAt(run, text, epoch));
  if (at.damage !== null) throw damagedEpoch(epoch, at.damage);
  const samples = withMaps(at.samples, run.manifest);
  const shown = channels.slice(0, MOST_PICTURES);
  const groups = new Int32Array(samples.length);
  const { means, counts } = await meansOf(session, run, layer, epoch, samples, shown, groups, 1, context);
  return stack(
    run.manifest.layers[layer],
    means,
    1,
    shown.map(() => counts[0]),
  );
}

/** Values of all pictures of one answer together: 16 MB, more than any screen has pixels. */
const MOST_PIXELS = 2 ** 22;

/** One picture for each sample and channel (samples first), over one scale; values that are not finite are NaN. */
export async function featureMaps(
  session: Session,
  run: OpenedRun,
  asked: ViewerContract['featureMaps']['input'],
  context: CallContext,
): Promise<PictureStack> {
  const { epoch, channels, samples } = asked;
  const layer = checkedMaps(run, asked);
  const groups = Int32Array.from(samples, (_, i) => i);
  const at = layer.index === 0 ? 0 : epoch;
  const { means } = await meansOf(session, run, layer.index, at, samples, channels, groups, samples.length, context);
  if (layer.index === 0 && planesOf(layer) === 3 && channels.join() === '0,1,2') {
    const colours = interleaved(means, 3, lengthOf(layer.mapShape));
    return stack(
      layer,
      colours,
      3,
      samples.map(() => 1),
    );
  }
  return stack(
    layer,
    means,
    1,
    samples.flatMap(() => channels.map(() => 1)),
  );
}

/** The inputs of samples, in colour where they have three channels. */
export async function probePictures(
  session: Session,
  run: OpenedRun,
  { samples }: { readonly samples: readonly number[] },
  context: CallContext,
): Promise<PictureStack> {
  const channels = run.manifest.layers[0]?.channelCount === 3 ? [0, 1, 2] : [0];
  return featureMaps(session, run, { layer: 0, epoch: 0, channels, samples }, context);
}

/** The layer, after everything that is named has been held against what the run keeps. */
function checkedMaps(
  { manifest, epochStates }: OpenedRun,
  { layer: index, epoch, channels, samples }: ViewerContract['featureMaps']['input'],
): Layer {
  const layer = manifest.layers.at(index);
  if (!layer) throw noMaps(`there is no layer ${index}: the run has 0 to ${manifest.layers.length - 1}`);
  const channel = channels.find((one) => one >= layer.channelCount);
  if (channel !== undefined) throw noMaps(`${layer.name} has no channel ${channel}: it has ${layer.channelCount}`);
  const kept = keptSampleCount(manifest, index);
  const sample = samples.find((one) => one >= kept);
  if (sample !== undefined) throw noMaps(`sample ${sample} has no maps: those of the first ${kept} probes are kept`);
  const pictures = samples.length * channels.length;
  if (pictures > MOST_FEATURE_MAPS || pictures * lengthOf(layer.mapShape) > MOST_PIXELS) {
    throw noMaps(`${samples.length} samples of ${channels.length} channels are ${pictures} maps, which are too many`);
  }
  const state = epochStates.find((one) => one.epoch === epoch);
  if (index > 0 && !state) throw noMaps(`epoch ${epoch} is not recorded`);
  if (index > 0 && state?.state === 'damaged') throw damagedEpoch(epoch, state.reason);
  return layer;
}

function noMaps(wrong: string): Failure {
  return new Failure({
    kind: 'not-found',
    doing: 'reading feature maps',
    wrong,
    tryThis: 'Choose fewer maps, from samples, channels and epochs with recorded maps.',
  });
}

/** The query's samples at an epoch that its own T leaves out. */
async function selectionAt(run: OpenedRun, text: string, epoch: number) {
  const { selection } = await selectionOf(run, text, { kind: 'ranges', ranges: [[epoch, epoch]] });
  return selection.epochs[0];
}

async function meansOf(
  session: Session,
  run: OpenedRun,
  layer: number,
  epoch: number,
  samples: readonly number[],
  channels: readonly number[],
  groups: Int32Array,
  groupCount: number,
  context: CallContext,
): Promise<{ means: Float32Array; counts: number[] }> {
  const mapLength = lengthOf(run.manifest.layers[layer].mapShape);
  const task = { run: run.reference, layer, epoch, samples, channels, mapLength, groups, groupCount };
  return session.pool.run('meanMaps', task, { signal: context.signal, rank: session.nextRank() });
}

function planesOf({ channelCount, mapShape }: Layer): 1 | 3 {
  return channelCount === 3 && mapShape.length === 2 ? 3 : 1;
}

/** (picture, plane, pixel) → (picture, pixel, plane) */
function interleaved(values: Float32Array, planes: number, length: number): Float32Array {
  return values.map((_, at) => {
    const picture = Math.floor(at / (planes * length));
    const within = at % (planes * length);
    return values[(picture * planes + (within % planes)) * length + Math.floor(within / planes)];
  });
}

/** Maps of one axis, and single units, are pictures one pixel high. */
function stack({ mapShape }: Layer, values: Float32Array, planes: 1 | 3, n: readonly number[]): PictureStack {
  const width = mapShape.at(-1) ?? 1;
  let minimum = Infinity;
  let maximum = -Infinity;
  for (const value of values) {
    if (value < minimum) minimum = value;
    if (value > maximum) maximum = value;
  }
  const empty = minimum > maximum;
  return {
    width,
    height: lengthOf(mapShape) / width,
    planes,
    count: n.length,
    values,
    minimum: empty ? 0 : minimum,
    maximum: empty ? 0 : maximum,
    n,
  };
}

function notPossible(wrong: string): Failure {
  return new Failure({
    kind: 'unsupported',
    doing: 'averaging the inputs of each class',
    wrong,
    tryThis: 'Use the channels instead.',
  });
}

function damagedEpoch(epoch: number, reason: string): Failure {
  return new Failure({
    kind: 'damaged',
    doing: `averaging the maps at epoch ${epoch}`,
    wrong: reason,
    tryThis: 'Choose another epoch.',
  });
}
