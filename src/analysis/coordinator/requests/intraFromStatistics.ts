/** Intra-sample entropies of whole classes, as they were recorded for all probes before any rounding. */
import type { IntraValue } from '../../../protocol/measure.js';
import { rowsOf } from './classGroups.js';
import { mapsOf, noValues, valueOf, type IntraCell, type IntraPlan } from './intraValues.js';
import { reasonOf } from './reason.js';
import { pooled, recordedMoments, type Moments } from './recordedEntropy.js';

export async function intraFromStatistics(plan: IntraPlan, cell: IntraCell): Promise<IntraValue[]> {
  const { run, classes, range } = plan;
  try {
    const recorded = await run.reader.readEntropy(cell.layer.layer, cell.epoch.epoch);
    const moments = (row: number | null, map: number): Moments =>
      row !== null || classes === null || classes === undefined
        ? recordedMoments(recorded, range, row, map)
        : pooled(classes.map((one) => recordedMoments(recorded, range, one, map)));
    return rowsOf(classes, recorded.classCount).map((row) =>
      valueOf(
        plan,
        cell,
        row,
        mapsOf(plan, cell).map((map) => moments(row, map)),
      ),
    );
  } catch (error) {
    return noValues(plan, cell, reasonOf(error));
  }
}
