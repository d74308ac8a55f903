/** A value once it has stayed the same for a while: what is costly waits until a drag or a pointer rests. */
import { useEffect, useState } from 'preact/hooks';

/** The first value at once; a later one after `milliseconds` without another. */
export function useRested<T>(value: T, milliseconds: number): T {
  const [rested, setRested] = useState(value);
  useEffect(() => {
    if (rested === value) return;
    const timer = setTimeout(() => setRested(value), milliseconds);
    return () => clearTimeout(timer);
  }, [value, milliseconds]);
  return rested;
}
