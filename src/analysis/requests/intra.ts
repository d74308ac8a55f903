/**
 * Intra-sample entropy of a slice: from the statistics that were recorded for all probes in float32
 * where the slice is whole classes over 32 bins, else from the kept maps.
 */
import { Failure } from '../../protocol/failure.js';
import type { IntraResult, IntraValue, MeasureOptions, Provenance } from '../../protocol/measure.js';
import type { CallContext } from '../../protocol/rpc.js';
import type { EntropyRange } from '../../protocol/run.js';
import { HISTOGRAM_BINS } from '../../store/runAccess.js';
import type { Selection } from '../resolveSelection.js';
import { ANALYSIS_VERSION } from '../version.js';
import type { TaskOptions } from '../worker/handPool.js';
import { selectionOf, type OpenedRun } from '../worker/openedRun.js';
import { computeTable, type Session } from '../worker/session.js';
import { wholeClassesOf } from './classGroups.js';
import { intraFromMaps } from './intraFromMaps.js';
import { intraFromStatistics } from './intraFromStatistics.js';
import { mapsParameters } from './mapsParameters.js';
import { isUnits, noValues, type IntraCell, type IntraPlan } from './intraValues.js';

const MOST_BINS = 65_536;
export async function measureIntra(
  session: Session,
  run: OpenedRun,
  text: string,
  options: MeasureOptions,
  context: CallContext,
): Promise<IntraResult> {
  const { query, selection, labels } = await selectionOf(run, text);
  const { bins, range } = checkIntraOptions(options);
  const plan: IntraPlan = { run, labels, bins, range, classes: wholeClassesOf(query, run.manifest) };
  const computedFrom = intraSource(plan, selection);
  const compute = (cell: IntraCell, task: TaskOptions) =>
    computedFrom === 'statistics' ? intraFromStatistics(plan, cell) : intraFromMaps(session, plan, cell, task);
  const values = await computeTable(
    session,
    intraCells(selection),
    context,
    (cell, task) =>
      cell.epoch.damage === null ? compute(cell, task) : Promise.resolve(noValues(plan, cell, cell.epoch.damage)),
    ({ layer, epoch }) => `${run.manifest.layers[layer.layer].name} at epoch ${epoch.epoch}`,
  );
  const flat = values.flat();
  const { parameters, ...said } = intraProvenance(flat, bins, range);
  const ofMaps = computedFrom === 'maps' ? mapsParameters(selection, run) : {};
  const provenance = { ...said, parameters: { ...parameters, ...ofMaps } };
  return { measure: 'intra', provenance, range, bins, computedFrom, values: flat };
}

export function intraCells({ layers, epochs }: Selection): IntraCell[] {
  return layers.flatMap((layer) => epochs.map((epoch) => ({ layer, epoch })));
}

/** Statistics answer for whole classes, the recorded bin count, and whole vectors of units. */
export function intraSource(
  { classes, bins, run }: Pick<IntraPlan, 'classes' | 'bins' | 'run'>,
  { layers }: Selection,
): 'statistics' | 'maps' {
  const recorded = layers.every(({ layer, isWhole }) => isWhole || !isUnits(run.manifest.layers[layer]));
  return classes !== undefined && bins === HISTOGRAM_BINS && recorded ? 'statistics' : 'maps';
}

export function checkIntraOptions({ bins = HISTOGRAM_BINS, range = 'map' }: MeasureOptions): {
  bins: number;
  range: EntropyRange;
} {
  if (Number.isSafeInteger(bins) && bins >= 1 && bins <= MOST_BINS) return { bins, range };
  throw new Failure({
    kind: 'bad-input',
    doing: 'computing intra-sample entropy',
    wrong: `${bins} bins are asked for`,
    tryThis: `Ask for 1 to ${MOST_BINS} bins; 32 is the default.`,
  });
}

export function intraProvenance(values: readonly IntraValue[], bins: number, range: EntropyRange): Provenance {
  const n = values.reduce((most, value) => value.n.reduce((a, b) => Math.max(a, b), most), 0);
  const over = range === 'map' ? 'each map’s own range' : 'each channel’s range over the epoch’s probes';
  return {
    measure: 'intra',
    estimator: `plug-in, ${bins} equal bins over ${over}`,
    parameters: { bins, range },
    n,
    unit: 'bits',
    version: ANALYSIS_VERSION,
  };
}
