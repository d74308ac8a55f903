/** Layer MI of an array that no run holds. */
import type { LayerMiResult, OptionsOf } from '../../protocol/measure.js';
import type { CallContext } from '../../protocol/rpc.js';
import { finiteRuns, inOwnSlot } from '../worker/arraysInSlot.js';
import type { ArraysInput } from '../worker/leadContract.js';
import type { Session } from '../worker/session.js';
import { informationInSlot } from './layerMiInSlot.js';
import { checkInformationOptions, layerMiProvenance } from './layerMiOptions.js';

/** Samples (n, d) as one layer, or as d units. */
export async function layerMiOfArrays(
  session: Session,
  { array, n, parts, labels }: ArraysInput,
  options: OptionsOf<'layer-mi'>,
  context: CallContext,
): Promise<LayerMiResult> {
  const chosen = checkInformationOptions(options);
  const d = parts[0].channelCount * parts[0].mapLength;
  const task = { signal: context.signal, rank: session.nextRank() };
  const channels = Array.from({ length: d }, (_, channel) => channel);
  const found = await inOwnSlot(session, array, async (slot, address) => {
    const { kept, left } = await finiteRuns(session, slot, address, n, [{ channelCount: d, mapLength: 1 }], task);
    const target = { slot: slot.slot, memory: slot.memory };
    const all = { target, address, scratch: slot.regions.mark(), sampleCount: left, channelCount: 1, mapLength: d };
    const [minimum, maximum] = await session.pool.run('channelRanges', all, task);
    const maps = { slot, address, n: left, kept, channelCount: d, mapLength: 1 };
    const known = labels ? Int32Array.from(kept, (i) => labels[i]) : new Int32Array(0);
    const place = { layer: -1, epoch: -1 };
    return informationInSlot(
      session,
      maps,
      place,
      channels,
      known,
      n,
      { ...chosen, range: { minimum, maximum } },
      task,
    );
  });
  return {
    measure: 'layer-mi',
    provenance: layerMiProvenance(chosen, found.values[0].n),
    estimator: chosen.estimator,
    ...found,
    converged: [],
  };
}
