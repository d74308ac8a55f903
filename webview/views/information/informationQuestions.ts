/** How the information view asks. */
import type { MeasureRequest, MeasureResult } from '../../../src/protocol/measure.js';
import type { CallOptions } from '../../../src/protocol/rpc.js';
import type { Layer } from '../../../src/protocol/run.js';
import type { Host } from '../../host/host.js';

/** Smallest first: what a layer costs grows with its values, and most layers are small. */
export function smallestFirst(layers: readonly Layer[]): Layer[] {
  const values = ({ channelCount, mapShape }: Layer): number =>
    mapShape.reduce((product, length) => product * length, channelCount);
  return [...layers].sort((a, b) => values(a) - values(b));
}

/** Asks a measure, and holds the answer against what was asked. */
export async function askMeasure<M extends MeasureResult['measure']>(
  host: Host,
  measure: M,
  request: Omit<MeasureRequest, 'measure'>,
  call: CallOptions,
): Promise<Extract<MeasureResult, { measure: M }>> {
  const result = await host.call('measure', { ...request, measure }, call);
  if (result.measure !== measure) throw new Error(`asked for ${measure}, got ${result.measure}`);
  // Held against `measure` just now.
  return result as Extract<MeasureResult, { measure: M }>;
}
