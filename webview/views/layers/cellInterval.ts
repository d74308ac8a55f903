/** The interval of the cell that is looked at: asked for its row alone, once the pointer rests. */
import type { DistanceMiResult, DistanceMiValue } from '../../../src/protocol/measure.js';
import type { LayerPair } from '../../../src/protocol/viewState.js';
import type { ViewProps } from '../views.js';
import { latest } from '../../state/loadable.js';
import { useAsked } from '../../state/useAsked.js';
import { useRested } from '../../state/useRested.js';
import type { CellChoice } from './cells.js';
import { askDistance, intervalQuestion } from './layerQuestions.js';

const RESTS_MILLISECONDS = 250;

/** Half width in bits; null until it is known. `idle` holds it back while the matrix itself is being computed. */
export function useCellInterval(
  { viewer, facts }: ViewProps,
  pair: LayerPair,
  value: DistanceMiValue | null,
  cell: CellChoice | null,
  idle: boolean,
): number | null {
  const channel = (cell && value?.rows[cell.a]?.channel) ?? null;
  const wanted =
    idle && value && value.reason === null && channel !== null
      ? JSON.stringify(intervalQuestion(pair, facts.layers, value.epoch, channel))
      : null;
  const rested = useRested(wanted, RESTS_MILLISECONDS);
  const asked = useAsked<DistanceMiResult>(rested === wanted ? rested : null, 'computing the interval', (text, call) =>
    askDistance(viewer.host, text, call),
  );
  const row = latest(asked.value)?.values[0];
  const fits = row?.epoch === value?.epoch && row?.rows[0]?.layer === pair.a && row.rows[0].channel === channel;
  return (fits && cell && row?.columns[cell.b]?.layer === pair.b && row.halfWidthBits?.[cell.b]) || null;
}
