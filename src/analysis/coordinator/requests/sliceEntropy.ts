/**
 * The entropy of a slice as the paper writes it, H(dCNN(x, −, −, −)): of all its values together, and of
 * those of each layer and epoch in the same bins. Values are read twice: for their range, and to be counted.
 */
import { slice, type OptionsOf, type SliceEntropyResult, type SliceEntropyValue } from '../../../protocol/measure.js';
import { chosenOptions } from '../../../protocol/measures/option.js';
import type { CallContext } from '../../../protocol/rpc.js';
import { entropyOfCounts, type ValueCounts, type ValueRange } from '../../measures/sliceEntropy.js';
import { noMapsReason, withMaps } from '../../run/resolveSelection.js';
import { ANALYSIS_VERSION } from '../../run/version.js';
import type { SliceReference } from '../../compute/taskInputs.js';
import { selectionOf, type OpenedRun } from '../../run/openedRun.js';
import { computeTable, type Session } from '../dispatch/session.js';
import { mapsParameters } from './mapsParameters.js';
import { cellName, layerCells, wholeLayerCosts, type LayerCell, type MeasureAnswer } from './measureAnswer.js';
import { reasonOf } from './reason.js';

type Counted = { readonly counted: ValueCounts } | { readonly reason: string };

/** Values are counted, not compared: as much as eight partners each. */
const PARTNERS = 8;

export const sliceAnswer: MeasureAnswer<'slice'> = {
  answer: measureSliceEntropy,
  costs: (run, { selection }) => wholeLayerCosts(run, selection, () => PARTNERS),
};

async function measureSliceEntropy(
  session: Session,
  run: OpenedRun,
  text: string,
  options: OptionsOf<'slice'>,
  context: CallContext,
): Promise<SliceEntropyResult> {
  const { bins } = chosenOptions(slice, options);
  const { selection } = await selectionOf(run, text);
  const cells = layerCells(selection);
  const name = cellName(run);
  const half = (from: number): CallContext => ({
    signal: context.signal,
    progress: ({ fraction, ...progress }) => context.progress({ ...progress, fraction: from + fraction / 2 }),
  });
  const ranges = await computeTable(
    session,
    cells,
    half(0),
    (cell, task) => read(run, cell, async (slice) => session.pool.run('valueRange', slice, task)),
    name,
  );
  const range = commonRange(ranges.flatMap((one) => ('reason' in one ? [] : [one.value])));
  const counts = await computeTable(
    session,
    cells,
    half(0.5),
    async (cell, task): Promise<Counted> => {
      const one = await read(run, cell, (slice) => session.pool.run('valueCounts', { ...slice, range, bins }, task));
      return 'reason' in one ? one : { counted: one.value };
    },
    name,
  );
  const values = cells.map((cell, index) => valueOf(run, cell, counts[index]));
  const pooled = new Float64Array(bins);
  for (const one of counts) if ('counted' in one) one.counted.counts.forEach((count, bin) => (pooled[bin] += count));
  const whole = entropyOfCounts(pooled);
  return {
    measure: 'slice',
    provenance: {
      measure: 'slice',
      estimator: `plug-in, ${bins} equal bins over the range of all values`,
      parameters: { bins, minimum: range.minimum, maximum: range.maximum, ...mapsParameters(selection, run) },
      n: Math.max(0, ...values.map(({ n }) => n)),
      unit: 'bits',
      version: ANALYSIS_VERSION,
    },
    bits: whole?.bits ?? null,
    millerMadowBits: whole?.millerMadowBits ?? null,
    valueCount: whole?.total ?? 0,
    values,
  };
}

async function read<R>(
  run: OpenedRun,
  { layer, epoch }: LayerCell,
  work: (slice: SliceReference) => Promise<R>,
): Promise<{ readonly value: R } | { readonly reason: string }> {
  if (epoch.damage !== null) return { reason: epoch.damage };
  const samples = withMaps(epoch.samples, run.manifest);
  if (samples.length === 0) return { reason: noMapsReason(epoch.samples, run.manifest) };
  try {
    const { layer: index, channels } = layer;
    return { value: await work({ run: run.reference, layer: index, epoch: epoch.epoch, samples, channels }) };
  } catch (error) {
    return { reason: reasonOf(error) };
  }
}

function valueOf({ manifest }: OpenedRun, { layer, epoch }: LayerCell, found: Counted): SliceEntropyValue {
  const n = withMaps(epoch.samples, manifest).length;
  const place = { layer: layer.layer, epoch: epoch.epoch, n };
  const nothing = { bits: null, millerMadowBits: null, valueCount: 0, nonFiniteCount: 0 };
  if ('reason' in found) return { ...place, ...nothing, reason: found.reason };
  const { counts, nonFiniteCount } = found.counted;
  const entropy = entropyOfCounts(counts);
  if (!entropy) return { ...place, ...nothing, nonFiniteCount, reason: 'no value is finite' };
  const { bits, millerMadowBits, total: valueCount } = entropy;
  return { ...place, bits, millerMadowBits, valueCount, nonFiniteCount, reason: null };
}

/** 0 to 0 where nothing is finite. */
function commonRange(ranges: readonly ValueRange[]): ValueRange {
  const minimum = Math.min(...ranges.map((range) => range.minimum));
  const maximum = Math.max(...ranges.map((range) => range.maximum));
  return minimum <= maximum && Number.isFinite(minimum) ? { minimum, maximum } : { minimum: 0, maximum: 0 };
}
