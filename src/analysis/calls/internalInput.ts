/** Inputs between our own threads: both ends are one bundle, so there is nothing to check. */
import * as v from 'valibot';

export function internalInput<T>(): v.GenericSchema<unknown, T> {
  return v.custom<T>(() => true);
}
