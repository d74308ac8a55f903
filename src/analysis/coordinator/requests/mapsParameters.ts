/** What a number computed from kept maps says of them in its provenance: whose there are not, and that they are rounded. */
import { roundedMaps } from '../../../protocol/keptMaps.js';
import { withMaps, type Selection } from '../../run/resolveSelection.js';
import type { OpenedRun } from '../../run/openedRun.js';

export interface MapsParameters {
  /** Samples of the slice that have no kept maps, at the epoch where they are most; absent where there are none. */
  readonly samplesWithoutMaps?: number;
  readonly maps?: 'float16';
}

/** `layers` where a measure takes others than the query's. */
export function mapsParameters(
  { layers: selected, epochs }: Selection,
  { manifest }: Pick<OpenedRun, 'manifest'>,
  layers: readonly { readonly layer: number }[] = selected,
): MapsParameters {
  const missing = epochs.map(({ samples }) => samples.length - withMaps(samples, manifest).length);
  const most = Math.max(0, ...missing);
  const rounded = roundedMaps(
    manifest.plan,
    layers.map(({ layer }) => layer),
  );
  return { ...(most > 0 ? { samplesWithoutMaps: most } : {}), ...rounded };
}
