/** A result from the run folder's cache, or computed and kept there. */
import type * as v from 'valibot';
import type { OpenedRun } from '../../run/openedRun.js';

/**
 * `key` holds everything that the result hangs on, the version of the analysis and the epoch's tag among it.
 * What throws is not kept.
 */
export async function keptOr<T>(
  { cache }: OpenedRun,
  key: readonly unknown[],
  schema: v.GenericSchema<unknown, T>,
  compute: () => Promise<T>,
): Promise<T> {
  const name = JSON.stringify(key);
  const kept = await cache.get(name, schema);
  if (kept !== undefined) return kept;
  const value = await compute();
  await cache.put(name, value);
  return value;
}
