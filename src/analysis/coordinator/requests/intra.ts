/**
 * Intra-sample entropy of a slice: from the statistics that were recorded for all probes in float32
 * where the slice is whole classes over 32 bins, else from the kept maps.
 */
import {
  intra,
  type IntraResult,
  type IntraValue,
  type OptionsOf,
  type Provenance,
} from '../../../protocol/measure.js';
import { chosenOptions } from '../../../protocol/measures/option.js';
import type { CallContext } from '../../../protocol/rpc.js';
import { ENTROPY_MOMENTS, ENTROPY_RANGES, type EntropyRange } from '../../../protocol/run.js';
import { HISTOGRAM_BINS } from '../../../store/format/runAccess.js';
import { lengthOf } from '../../run/mapShape.js';
import { withMaps, type Selection } from '../../run/resolveSelection.js';
import { ANALYSIS_VERSION } from '../../run/version.js';
import type { TaskOptions } from '../dispatch/threadPool.js';
import { selectionOf, type OpenedRun } from '../../run/openedRun.js';
import { computeTable, type Session } from '../dispatch/session.js';
import { wholeClassesOf } from './classGroups.js';
import { intraFromMaps, intraKey } from './intraFromMaps.js';
import { intraFromStatistics } from './intraFromStatistics.js';
import { mapsParameters } from './mapsParameters.js';
import {
  BINNED_BYTES_PER_SECOND,
  cellName,
  layerCells,
  READ_BYTES_PER_SECOND,
  SECONDS_PER_VALUE,
  small,
  type AskedSlice,
  type Cost,
  type MeasureAnswer,
} from './measureAnswer.js';
import { isUnits, noValues, type IntraCell, type IntraPlan } from './intraValues.js';

export const intraAnswer: MeasureAnswer<'intra'> = { answer: measureIntra, costs: intraCosts };

async function measureIntra(
  session: Session,
  run: OpenedRun,
  text: string,
  options: OptionsOf<'intra'>,
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
    layerCells(selection),
    context,
    (cell, task) =>
      cell.epoch.damage === null ? compute(cell, task) : Promise.resolve(noValues(plan, cell, cell.epoch.damage)),
    cellName(run),
  );
  const flat = values.flat();
  const { parameters, ...said } = intraProvenance(flat, bins, range);
  const ofMaps = computedFrom === 'maps' ? mapsParameters(selection, run) : {};
  const provenance = { ...said, parameters: { ...parameters, ...ofMaps } };
  return { measure: 'intra', provenance, range, bins, computedFrom, values: flat };
}

/** Statistics answer for whole classes, the recorded bin count, and whole vectors of units. */
function intraSource(
  { classes, bins, run }: Pick<IntraPlan, 'classes' | 'bins' | 'run'>,
  { layers }: Selection,
): 'statistics' | 'maps' {
  const recorded = layers.every(({ layer, isWhole }) => isWhole || !isUnits(run.manifest.layers[layer]));
  return classes !== undefined && bins === HISTOGRAM_BINS && recorded ? 'statistics' : 'maps';
}

export function checkIntraOptions({ bins, range }: OptionsOf<'intra'>): { bins: number; range: EntropyRange } {
  return chosenOptions(intra, { bins, range });
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

async function intraCosts(
  run: OpenedRun,
  { query, selection }: AskedSlice,
  options: OptionsOf<'intra'>,
): Promise<Cost[]> {
  const { manifest } = run;
  const classes = wholeClassesOf(query, manifest);
  const { bins, range } = checkIntraOptions(options);
  const plan = { run, classes, bins, range };
  const fromStatistics = intraSource(plan, selection) === 'statistics';
  const costs: Cost[] = [];
  for (const cell of layerCells(selection)) {
    const { channelCount, mapShape } = manifest.layers[cell.layer.layer];
    if (fromStatistics || cell.epoch.damage !== null) {
      const rows = manifest.classNames.length + 1;
      costs.push(small(8 * ENTROPY_RANGES.length * ENTROPY_MOMENTS.length * rows * channelCount));
    } else {
      const bytes = 4 * withMaps(cell.epoch.samples, manifest).length * cell.layer.channels.length * lengthOf(mapShape);
      const seconds = SECONDS_PER_VALUE + bytes / READ_BYTES_PER_SECOND + bytes / BINNED_BYTES_PER_SECOND;
      costs.push({ bytes, seconds, cached: await run.cache.has(await intraKey(plan, cell)) });
    }
  }
  return costs;
}
