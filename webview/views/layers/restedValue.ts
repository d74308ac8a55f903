/** The matrix of the epoch at which the slider rests: sentences, numbers, lists and maps are of it. */
import type { DistanceMiValue } from '../../../src/protocol/measure.js';
import { RESTS_MILLISECONDS } from '../../state/restedSignal.js';
import { useRested } from '../../state/useRested.js';

/** Another pair is shown at once; another epoch waits, since reading it would take a dragged slider's frames. */
export function useRestedValue(value: DistanceMiValue | null): DistanceMiValue | null {
  const rested = useRested(value, RESTS_MILLISECONDS);
  if (!value || !rested || value.epoch === rested.epoch) return value;
  return sameLayers(value, rested) ? rested : value;
}

export function sameLayers(a: DistanceMiValue, b: DistanceMiValue): boolean {
  return a.rows[0]?.layer === b.rows[0]?.layer && a.columns[0]?.layer === b.columns[0]?.layer;
}
