/** What a plan leaves out and why, as a person reads it before the first epoch and in the run afterwards. */
import { bytesText } from '../../protocol/bytesText.js';
import type { Layer } from '../../protocol/run.js';
import { keptCount } from '../../store/format/runSize.js';
import { isLimitedByInputs } from './counts.js';
import type { Kept } from './giveUp.js';
import type { Budget, DataFacts, ModelFacts, Pins } from './planRecording.js';

/** What a person can do about what time leaves out. */
export const RAISE_SHARE = 'To record more, raise --time-share (setting cnnslicer.record.timeShare)';

const LONGER = 'recording more would exceed the time limit for this training';
const STOPPED = 'training was stopped before its first epoch was recorded, with little time left';

interface Planned extends Kept {
  readonly probeCount: number;
  readonly bytesWithoutMaps: number;
  readonly firstWithoutMaps: number | null;
  readonly fits: boolean;
}

interface Reasons {
  readonly model: ModelFacts;
  readonly data: DataFacts;
  readonly budget: Budget;
  readonly pins: Pins;
  readonly refusedPins: readonly number[];
}

/** Empty when everything is kept. Each begins with what it is about, so that it follows "left out" and "not recorded". */
export function leftOutWords(plan: Planned, reasons: Reasons): string[] {
  return [
    ...probeWords(plan, reasons),
    ...pinWords(reasons),
    ...mapWords(plan, reasons),
    ...weightWords(plan, reasons),
    ...epochWords(plan, reasons),
  ];
}

function probeWords({ probeCount }: Planned, { model, data, budget }: Reasons): string[] {
  const possible = Math.min(data.wanted, data.available);
  const missing = possible - probeCount;
  if (missing <= 0) return [];
  const what = `${missing} of ${possible} probes`;
  if (data.fixedBatch !== null && missing < data.fixedBatch)
    return [`${what}: the model takes only batches of ${data.fixedBatch}`];
  if (data.inTime !== undefined && probeCount >= data.inTime - (data.fixedBatch ?? 1))
    return [`${what}: ${data.isStopping ? STOPPED : `${LONGER}. ${RAISE_SHARE}`}`];
  return isLimitedByInputs(model.layers, probeCount, budget)
    ? [`${what}: the inputs of more probes would take over a quarter of the budget of ${bytesText(budget.bytes)}`]
    : [
        `${what}: the activations of the largest layer for more probes do not fit in ${bytesText(budget.memoryBytes)} of memory`,
      ];
}

function pinWords({ model, budget, pins, refusedPins }: Reasons): string[] {
  const refused = refusedPins.map((index) => model.layers[index]?.name ?? String(index));
  return [
    ...pins.unknown.map((name) => `layer ${name}, pinned: this model has none of that name`),
    ...refused.map(
      (name) =>
        `layer ${name} whole, as it was pinned: its maps of every probe and epoch do not fit in the budget of ${bytesText(budget.bytes)}`,
    ),
  ];
}

function mapWords(plan: Planned, { model, data, budget }: Reasons): string[] {
  const { mapSampleCount, probeCount, precision, mapStride, withoutMaps, pinned, firstWithoutMaps } = plan;
  const others = pinned.length > 0 ? ` (${names(model.layers, pinned)}, pinned, whole)` : '';
  const why = `the budget is ${bytesText(budget.bytes)}`;
  if (mapSampleCount === 0) return [`all maps${others}: ${why}; statistics are recorded for every probe`];
  const words: string[] = [];
  if (precision === 'float16')
    words.push(
      `the lower bits of maps${others}: ${why}, so they are stored as float16; statistics are computed from float32`,
    );
  const epochs = data.lastEpoch + 1;
  const kept = keptCount(data.lastEpoch, mapStride);
  if (firstWithoutMaps !== null)
    words.push(
      `maps of some epochs from the ${ordinal(firstWithoutMaps)} on: ${why}, and the number of epochs is not known; the last epoch keeps its maps, and statistics are recorded for every epoch`,
    );
  if (kept < epochs)
    words.push(
      `maps of ${epochs - kept} of ${epochs} epochs: ${why}, so every ${ordinal(mapStride)} and the last have them; statistics are recorded for every epoch`,
    );
  if (mapSampleCount < probeCount)
    words.push(
      `maps of ${probeCount - mapSampleCount} of ${probeCount} probes: ${why}; statistics are recorded for every probe`,
    );
  if (withoutMaps.length > 0)
    words.push(
      `maps of ${names(model.layers, withoutMaps)}: ${why}; they are the largest of ${model.layers.length - 1} layers; statistics are recorded for every layer`,
    );
  return words;
}

function weightWords({ weights, mapStride }: Planned, { data, budget }: Reasons): string[] {
  const why = `the budget is ${bytesText(budget.bytes)}`;
  const epochs = data.lastEpoch + 1;
  if (weights === 'none') return [`all weights: ${why}`];
  const kept = keptCount(data.lastEpoch, mapStride);
  return weights === 'with-maps' && kept < epochs ? [`weights of ${epochs - kept} of ${epochs} epochs: ${why}`] : [];
}

function epochWords({ epochStride, bytesWithoutMaps, fits }: Planned, { data, budget }: Reasons): string[] {
  const epochs = data.lastEpoch + 1;
  const kept = keptCount(data.lastEpoch, epochStride);
  const statistics = `the statistics alone take ${bytesText(bytesWithoutMaps)} per epoch, and the budget is ${bytesText(budget.bytes)}`;
  if (!fits) return [`the last epochs: ${statistics}`];
  return kept < epochs ? [`${epochs - kept} of ${epochs} epochs: ${statistics}`] : [];
}

/** The first few by name, the others counted. */
function names(layers: readonly Layer[], indices: readonly number[]): string {
  const shown = indices.slice(0, 6).map((index) => layers[index]?.name ?? String(index));
  const more = indices.length - shown.length;
  return more > 0 ? `${shown.join(', ')} and ${more} more` : shown.join(', ');
}

function ordinal(number: number): string {
  const ending = { 1: 'st', 2: 'nd', 3: 'rd' }[number % 10] ?? 'th';
  return `${number}${Math.floor(number / 10) % 10 === 1 ? 'th' : ending}`;
}
