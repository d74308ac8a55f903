/**
 * Inter-sample entropy of a slice (paper eqs. 4–7): for each layer and epoch the chosen
 * channels of a sample, flattened, are one vector.
 */
import type { InterResult, InterValue, OptionsOf } from '../../../protocol/measure.js';
import type { CallContext } from '../../../protocol/rpc.js';
import { lengthOf } from '../../run/mapShape.js';
import { withMaps } from '../../run/resolveSelection.js';
import { selectionOf, type OpenedRun } from '../../run/openedRun.js';
import { computeTable, type Session } from '../dispatch/session.js';
import { interKey, interOfCells, type InterCell } from './interCells.js';
import { checkInterOptions, interProvenance } from './interValues.js';
import { deadAt } from './layerReports.js';
import { mapsParameters } from './mapsParameters.js';
import {
  cellName,
  layerCells,
  PRODUCT_FLOPS_PER_SECOND,
  READ_BYTES_PER_SECOND,
  SECONDS_PER_VALUE,
  small,
  type AskedSlice,
  type Cost,
  type MeasureAnswer,
} from './measureAnswer.js';

export const interAnswer: MeasureAnswer<'inter'> = { answer: measureInter, costs: interCosts };

async function measureInter(
  session: Session,
  run: OpenedRun,
  text: string,
  options: OptionsOf<'inter'>,
  context: CallContext,
): Promise<InterResult> {
  const { selection } = await selectionOf(run, text);
  const chosen = checkInterOptions(options);
  const compute = interOfCells(session, run, chosen);
  const values = await computeTable(
    session,
    layerCells(selection),
    context,
    async (cell, options) => withDeath(run, cell, await compute(cell, options)),
    cellName(run),
  );
  const { parameters, ...provenance } = interProvenance(chosen, values);
  return {
    measure: 'inter',
    provenance: { ...provenance, parameters: { ...parameters, ...mapsParameters(selection, run) } },
    values,
  };
}

/** Marks the value of vectors that are copies of one, since all of their channels are dead: its H is no diversity. */
async function withDeath(run: OpenedRun, { layer, epoch }: InterCell, value: InterValue): Promise<InterValue> {
  const mayBe = value.bits !== null && (value.tieCount > 0 || value.n <= value.k + 1);
  const dead = mayBe ? await deadAt(run, layer.layer, epoch.epoch) : null;
  return dead && layer.channels.every((channel) => dead.includes(channel)) ? { ...value, isDead: true } : value;
}

async function interCosts(run: OpenedRun, { selection }: AskedSlice, options: OptionsOf<'inter'>): Promise<Cost[]> {
  const chosen = checkInterOptions(options);
  const costs: Cost[] = [];
  for (const cell of layerCells(selection)) {
    if (cell.epoch.damage !== null) costs.push(small(0));
    else {
      const n = withMaps(cell.epoch.samples, run.manifest).length;
      const d = cell.layer.channels.length * lengthOf(run.manifest.layers[cell.layer.layer].mapShape);
      const work = (2 * n * n * d) / PRODUCT_FLOPS_PER_SECOND;
      const bytes = 4 * n * d;
      const seconds = SECONDS_PER_VALUE + bytes / READ_BYTES_PER_SECOND + work * (chosen.noise ? 2 : 1);
      costs.push({ bytes, seconds, cached: await run.cache.has(await interKey(run, cell, chosen)) });
    }
  }
  return costs;
}
