/** Intrinsic dimension of layers over epochs, and of an array: distances of pairs by all threads, the rest by one. */
import * as v from 'valibot';
import {
  intrinsic,
  type IntrinsicResult,
  type IntrinsicValue,
  type OptionsOf,
  type Provenance,
} from '../../../protocol/measure.js';
import { chosenOptions } from '../../../protocol/measures/option.js';
import type { CallContext } from '../../../protocol/rpc.js';
import { lengthOf } from '../../run/mapShape.js';
import { noMapsReason, withMaps } from '../../run/resolveSelection.js';
import { ANALYSIS_VERSION } from '../../run/version.js';
import type { TaskOptions } from '../dispatch/threadPool.js';
import { finiteRuns, inOwnBlock, type ArraysInput } from '../dispatch/arraysInBlock.js';
import { targetOf, type MemoryBlock } from '../../memory/memoryBlocks.js';
import { selectionOf, type OpenedRun } from '../../run/openedRun.js';
import { computeTable, type Session } from '../dispatch/session.js';
import { sliceRefusal, withLayer, type LayerSlice } from './layerInBlock.js';
import { squaredDistances, squaredDistancesBytes } from './layerMiInBlock.js';
import { mapsParameters, type MapsParameters } from './mapsParameters.js';
import { cellName, layerCells, wholeLayerCosts, type LayerCell, type MeasureAnswer } from './measureAnswer.js';
import { reasonOf } from './reason.js';
import { indicesTag } from './sliceText.js';

const LEAST_SAMPLES = 5;

export const intrinsicAnswer: MeasureAnswer<'intrinsic'> = {
  answer: measureIntrinsic,
  costs: (run, { selection }) => wholeLayerCosts(run, selection, (n) => n),
  ofArrays: intrinsicOfArrays,
};

async function measureIntrinsic(
  session: Session,
  run: OpenedRun,
  text: string,
  options: OptionsOf<'intrinsic'>,
  context: CallContext,
): Promise<IntrinsicResult> {
  const { selection } = await selectionOf(run, text);
  const { interval } = chosenOptions(intrinsic, options);
  const compute = (cell: LayerCell, task: TaskOptions) => intrinsicOfCell(session, run, cell, interval, task);
  const values = await computeTable(session, layerCells(selection), context, compute, cellName(run));
  return resultOf(values, interval, mapsParameters(selection, run));
}

async function intrinsicOfCell(
  session: Session,
  run: OpenedRun,
  { layer, epoch }: LayerCell,
  interval: boolean,
  task: TaskOptions,
): Promise<IntrinsicValue> {
  const samples = withMaps(epoch.samples, run.manifest);
  const n = samples.length;
  const d = layer.channels.length * lengthOf(run.manifest.layers[layer.layer].mapShape);
  const place = { layer: layer.layer, epoch: epoch.epoch, d };
  const none = (reason: string): IntrinsicValue => ({ ...place, ...nothing(n, reason) });
  if (epoch.damage !== null) return none(epoch.damage);
  if (n === 0) return none(noMapsReason(epoch.samples, run.manifest));
  const slice: LayerSlice = { run, layer, epoch: epoch.epoch, samples };
  const extra = squaredDistancesBytes(session, n, d);
  const refusal = sliceRefusal(session, slice, extra);
  if (refusal !== null) return none(refusal);
  try {
    const tag = [await run.epochTag(epoch.epoch), layer.layer, indicesTag(layer.channels), indicesTag(samples)];
    const key = JSON.stringify(['intrinsic', ANALYSIS_VERSION, ...tag, interval]);
    const kept = await run.cache.get(key, Kept);
    if (kept) return { ...place, ...kept };
    const value = await withLayer(session, slice, extra, task, ({ block, address, n: left }) =>
      intrinsicInBlock(session, block, { address, n: left, d }, interval, task),
    );
    const found = { ...value, nonFiniteCount: n - value.n };
    await run.cache.put(key, found);
    return { ...place, ...found };
  } catch (error) {
    return none(reasonOf(error));
  }
}

async function intrinsicOfArrays(
  session: Session,
  { array, n, parts: [part] }: ArraysInput,
  options: OptionsOf<'intrinsic'>,
  context: CallContext,
): Promise<IntrinsicResult> {
  const { interval } = chosenOptions(intrinsic, options);
  const task = { signal: context.signal, rank: session.nextRank() };
  const d = part.channelCount * part.mapLength;
  const refusal = session.blocks.refusal(4 * array.length + squaredDistancesBytes(session, n, d));
  const value =
    refusal !== null
      ? nothing(n, refusal)
      : await inOwnBlock(session, array, async (block, address) => {
          const { left } = await finiteRuns(session, block, address, n, [part], task);
          const found = await intrinsicInBlock(session, block, { address, n: left, d }, interval, task);
          return { ...found, nonFiniteCount: n - left };
        });
  return resultOf([{ layer: -1, epoch: -1, d, ...value }], interval);
}

/** Of finite rows (n, d) that lie in a memory block. */
async function intrinsicInBlock(
  session: Session,
  block: MemoryBlock,
  rows: { readonly address: number; readonly n: number; readonly d: number },
  interval: boolean,
  task: TaskOptions,
): Promise<Omit<IntrinsicValue, 'layer' | 'epoch' | 'd'>> {
  const { n } = rows;
  if (n < LEAST_SAMPLES) return nothing(n, `fewer than ${LEAST_SAMPLES} finite samples`);
  const squares = await squaredDistances(session, block, rows, task);
  const found = await session.pool.run(
    'intrinsicDimension',
    { target: targetOf(block), ...rows, squares, interval },
    task,
  );
  return { ...found, n, nonFiniteCount: 0, reason: null };
}

function nothing(n: number, reason: string) {
  const values = { twoNN: null, halfWidth: null, participationRatio: null };
  return { ...values, n, duplicateCount: 0, nonFiniteCount: 0, reason };
}

function resultOf(values: readonly IntrinsicValue[], interval: boolean, ofMaps: MapsParameters = {}): IntrinsicResult {
  const provenance: Provenance = {
    measure: intrinsic.name,
    estimator: 'TwoNN, nine tenths of the ratios; participation ratio of the covariance',
    parameters: { interval, ...ofMaps },
    n: Math.max(0, ...values.map(({ n }) => n)),
    unit: intrinsic.unit,
    version: ANALYSIS_VERSION,
  };
  return { measure: intrinsic.name, provenance, values };
}

const numberOrNone = v.nullable(v.number());
const Kept = v.object({
  twoNN: numberOrNone,
  halfWidth: numberOrNone,
  participationRatio: numberOrNone,
  n: v.number(),
  duplicateCount: v.number(),
  nonFiniteCount: v.number(),
  reason: v.nullable(v.string()),
});
