/**
 * Inter-sample entropy of a slice (DESIGN §3; paper eqs. 4–7): for each layer and epoch the chosen
 * channels of a sample, flattened, are one vector.
 */
import type { InterResult, InterValue, MeasureOptions } from '../../protocol/measure.js';
import type { CallContext } from '../../protocol/rpc.js';
import type { Selection } from '../resolveSelection.js';
import type { InterOptions } from '../worker/interInSlot.js';
import { selectionOf, type OpenedRun } from '../worker/openedRun.js';
import { computeTable, type Session } from '../worker/session.js';
import { interOfCells, interOfLent, isBeingBounded, type InterCell } from './interCells.js';
import { checkInterOptions, interProvenance } from './interValues.js';
import { deadAt } from './layerReports.js';
import { mapsParameters } from './mapsParameters.js';

export async function measureInter(
  session: Session,
  run: OpenedRun,
  text: string,
  options: MeasureOptions,
  context: CallContext,
): Promise<InterResult> {
  const { selection } = await selectionOf(run, text);
  const chosen = checkInterOptions(options);
  const compute = interOfCells(session, run, chosen);
  const cells = interCells(selection);
  const isWaiting = (cell: InterCell): boolean => !chosen.approximate && isBeingBounded(session, run, cell);
  const lent = new Map(cells.filter(isWaiting).map((cell) => [cell, lentValue(session, run, cell, chosen, context)]));
  const values = await computeTable(
    session,
    cells,
    context,
    async (cell, options) => withDeath(run, cell, (await lent.get(cell)) ?? (await compute(cell, options))),
    ({ layer, epoch }) => `${run.manifest.layers[layer.layer].name} at epoch ${epoch.epoch}`,
    isWaiting,
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

/** Begun before the table comes to the cell; what fails is tried again there, and says why. */
async function lentValue(
  session: Session,
  run: OpenedRun,
  cell: InterCell,
  chosen: InterOptions,
  { signal }: CallContext,
): Promise<InterValue | null> {
  const options = { signal, rank: session.nextRank() };
  return interOfLent(session, run, cell, chosen, options).catch(() => null);
}

export function interCells({ layers, epochs }: Selection): InterCell[] {
  return layers.flatMap((layer) => epochs.map((epoch) => ({ layer, epoch })));
}
