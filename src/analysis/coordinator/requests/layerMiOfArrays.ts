/** Layer MI of an array that no run holds. */
import { targetOf } from '../../memory/memoryBlocks.js';
import type { LayerMiResult, OptionsOf } from '../../../protocol/measure.js';
import type { CallContext } from '../../../protocol/rpc.js';
import { finiteRuns, inOwnBlock, type ArraysInput } from '../dispatch/arraysInBlock.js';
import type { Session } from '../dispatch/session.js';
import { informationInBlock } from './layerMiInBlock.js';
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
  const found = await inOwnBlock(session, array, async (block, address) => {
    const { kept, left } = await finiteRuns(session, block, address, n, [{ channelCount: d, mapLength: 1 }], task);
    const target = targetOf(block);
    const all = { target, address, scratch: block.regions.mark(), sampleCount: left, channelCount: 1, mapLength: d };
    const [minimum, maximum] = await session.pool.run('channelRanges', all, task);
    const maps = { block, address, n: left, kept, channelCount: d, mapLength: 1 };
    const known = labels ? Int32Array.from(kept, (i) => labels[i]) : new Int32Array(0);
    const place = { layer: -1, epoch: -1 };
    return informationInBlock(
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
