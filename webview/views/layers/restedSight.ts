/** The matrix and the chosen cell whose maps are shown: those of the epoch at which the slider rests. */
import { useMemo } from 'preact/hooks';
import type { DistanceMiValue } from '../../../src/protocol/measure.js';
import { useRested } from '../../state/useRested.js';
import type { CellChoice } from './cells.js';

export interface RestedSight {
  readonly value: DistanceMiValue;
  readonly cell: CellChoice;
}

const RESTS_MILLISECONDS = 150;

/** Another cell or pair is shown at once; another epoch waits, since its maps are read from disk. */
export function useRestedSight(value: DistanceMiValue | null, cell: CellChoice | null): RestedSight | null {
  const now = useMemo(() => value && cell && { value, cell }, [value, cell]);
  const rested = useRested(now, RESTS_MILLISECONDS);
  if (!now || !rested || now.value.epoch === rested.value.epoch) return now;
  return sameLayers(now.value, rested.value) ? rested : now;
}

function sameLayers(a: DistanceMiValue, b: DistanceMiValue): boolean {
  return a.rows[0]?.layer === b.rows[0]?.layer && a.columns[0]?.layer === b.columns[0]?.layer;
}
