/** A function that stays the same from drawing to drawing and calls the latest one given: for props of memo's components. */
import { useRef } from 'preact/hooks';

export function useStable<A extends unknown[], R>(latest: (...args: A) => R): (...args: A) => R {
  const kept = useRef({ latest, stable: (...args: A): R => kept.current.latest(...args) });
  kept.current.latest = latest;
  return kept.current.stable;
}
