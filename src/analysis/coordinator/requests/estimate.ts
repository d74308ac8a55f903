/** What a request would read and cost, before it runs. Reads no map. */
import {
  MEASURE_DESCRIPTORS,
  MEASURES,
  type Estimate,
  type MeasureName,
  type MeasureRequest,
} from '../../../protocol/measure.js';
import { printQuery } from '../../../protocol/queryText.js';
import type { RunManifest } from '../../../protocol/run.js';
import { withMaps, type Selection } from '../../run/resolveSelection.js';
import { selectionOf, type OpenedRun } from '../../run/openedRun.js';
import type { Session } from '../dispatch/session.js';
import type { Cost } from './measureAnswer.js';
import { answerOf } from './measureAnswers.js';

export async function estimate(session: Session, run: OpenedRun, request: MeasureRequest): Promise<Estimate> {
  const { query, selection } = await selectionOf(run, request.query);
  const costs = await answerOf(request.measure).costs(run, { query, selection }, request.options ?? {});
  const open = costs.filter(({ cached }) => !cached);
  const sum = (value: (cost: Cost) => number): number => open.reduce((total, cost) => total + value(cost), 0);
  return {
    bytes: sum(({ bytes }) => bytes),
    seconds: sum(({ seconds }) => seconds) / Math.min(session.pool.size, Math.max(1, open.length)),
    valueCount: costs.length,
    cachedCount: costs.length - open.length,
    canonical: printQuery(query),
    applicable: applicableMeasures(run.manifest, selection),
  };
}

function applicableMeasures(manifest: RunManifest, selection: Selection): MeasureName[] {
  const has = {
    maps: selection.epochs.some(({ samples }) => withMaps(samples, manifest).length > 0),
    classes: manifest.task === 'classification',
    metrics: manifest.metrics.length > 0,
    statistics: true,
  };
  return MEASURES.filter((measure) => has[MEASURE_DESCRIPTORS[measure].needs]);
}
