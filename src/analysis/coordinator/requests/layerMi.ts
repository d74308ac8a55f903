/**
 * I(T; X) and I(T; Y) of layers and of single units over epochs (Fang et al.; Shwartz-Ziv and Tishby;
 * Kolchinsky and Tracey), by the estimator that is chosen: reading, keeping and computing one layer at one
 * epoch after another.
 */
import type { LayerMiResult, OptionsOf } from '../../../protocol/measure.js';
import type { CallContext } from '../../../protocol/rpc.js';
import { VALUE_STATISTICS } from '../../../protocol/run.js';
import type { InformationOptions } from '../../measures/layerInformation.js';
import { lengthOf } from '../../run/mapShape.js';
import { noMapsReason, withMaps, type SelectedEpoch, type SelectedLayer } from '../../run/resolveSelection.js';
import { ANALYSIS_VERSION } from '../../run/version.js';
import type { TaskOptions } from '../dispatch/threadPool.js';
import { selectionOf, type OpenedRun } from '../../run/openedRun.js';
import { computeTable, type Session } from '../dispatch/session.js';
import { sliceRefusal, withLayer, type LayerSlice } from './layerInBlock.js';
import { informationInBlock, kernelDensityBytes } from './layerMiInBlock.js';
import { checkInformationOptions, layerMiProvenance, type ChosenInformation } from './layerMiOptions.js';
import { convergenceOf, KeptLayerMi, noInformation, type LayerMiCell } from './layerMiValues.js';
import { mapsParameters } from './mapsParameters.js';
import { cellName, layerCells, wholeLayerCosts, type MeasureAnswer } from './measureAnswer.js';
import { reasonOf } from './reason.js';
import { indicesTag } from './sliceText.js';

export const layerMiAnswer: MeasureAnswer<'layer-mi'> = {
  answer: measureLayerMi,
  costs: (run, { selection }, { permutations = 0, interval }) =>
    wholeLayerCosts(run, selection, (n) => n, 1 + permutations / 20 + (interval ? 1 : 0)),
};

async function measureLayerMi(
  session: Session,
  run: OpenedRun,
  text: string,
  options: OptionsOf<'layer-mi'>,
  context: CallContext,
): Promise<LayerMiResult> {
  const { selection, labels } = await selectionOf(run, text);
  const chosen = checkInformationOptions(options);
  const found = await computeTable(
    session,
    layerCells(selection),
    context,
    ({ layer, epoch }, task) => layerMiOf(session, run, layer, epoch, labels, chosen, task),
    cellName(run),
  );
  const values = found.flatMap((cell) => cell.values);
  return {
    measure: 'layer-mi',
    provenance: layerMiProvenance(chosen, Math.max(0, ...values.map(({ n }) => n)), mapsParameters(selection, run)),
    estimator: chosen.estimator,
    values,
    pairs: found.flatMap((cell) => cell.pairs),
    converged: convergenceOf(values),
  };
}

async function layerMiOf(
  session: Session,
  run: OpenedRun,
  layer: SelectedLayer,
  epoch: SelectedEpoch,
  labels: Int32Array,
  chosen: ChosenInformation,
  task: TaskOptions,
): Promise<LayerMiCell> {
  const samples = withMaps(epoch.samples, run.manifest);
  const d = layer.channels.length * lengthOf(run.manifest.layers[layer.layer].mapShape);
  const place = { layer: layer.layer, epoch: epoch.epoch };
  const none = (reason: string): LayerMiCell => ({
    values: [noInformation(place, samples.length, d, reason)],
    pairs: [],
  });
  if (epoch.damage !== null) return none(epoch.damage);
  if (samples.length === 0) return none(noMapsReason(epoch.samples, run.manifest));
  const slice: LayerSlice = { run, layer, epoch: epoch.epoch, samples };
  const extra = chosen.estimator === 'kde' ? kernelDensityBytes(session, samples.length, d) : 0;
  const refusal = sliceRefusal(session, slice, extra);
  if (refusal !== null) return none(refusal);
  try {
    const range = await rangeOf(run, layer);
    const key = JSON.stringify([
      ...['layer-mi', ANALYSIS_VERSION, await run.epochTag(epoch.epoch), layer.layer, indicesTag(layer.channels)],
      ...[indicesTag(samples), range, chosen],
    ]);
    const kept = await run.cache.get(key, KeptLayerMi);
    if (kept) return kept;
    const cell = await withLayer(session, slice, extra, task, (maps) => {
      const known = samples.map((sample) => labels[sample] ?? -1);
      return informationInBlock(
        session,
        maps,
        place,
        layer.channels,
        Int32Array.from(maps.kept, (i) => known[i]),
        samples.length,
        { ...chosen, range },
        task,
      );
    });
    await run.cache.put(key, cell);
    return cell;
  } catch (error) {
    return none(reasonOf(error));
  }
}

/** −1…1 for tanh, else the extremes of the layer over all whole epochs, from the recorded statistics. */
async function rangeOf(run: OpenedRun, { layer }: SelectedLayer): Promise<InformationOptions['range']> {
  const { activation, channelCount } = run.manifest.layers[layer];
  if (activation === 'tanh') return { minimum: -1, maximum: 1 };
  const rows = run.manifest.classNames.length + 1;
  let [minimum, maximum] = [Infinity, -Infinity];
  for (const { epoch, state } of run.epochStates) {
    const values = state === 'whole' ? await run.reader.readValues(layer, epoch).catch(() => null) : null;
    for (let channel = 0; values && channel < channelCount; channel++) {
      const at = (statistic: 'minimum' | 'maximum'): number =>
        values[(VALUE_STATISTICS.indexOf(statistic) * rows + rows - 1) * channelCount + channel];
      if (at('minimum') < minimum) minimum = at('minimum');
      if (at('maximum') > maximum) maximum = at('maximum');
    }
  }
  return minimum <= maximum ? { minimum, maximum } : { minimum: 0, maximum: 0 };
}
