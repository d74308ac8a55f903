/** Distance MI of arrays that no run holds. */
import type { DistanceMiResult, MapsReference, OptionsOf } from '../../../protocol/measure.js';
import type { CallContext } from '../../../protocol/rpc.js';
import { pairedSamples } from '../../measures/chosenSamples.js';
import type { ArrayInMemory } from '../../memory/arrayInMemory.js';
import { finiteRuns, inOwnBlock, type ArrayPart, type ArraysInput } from '../dispatch/arraysInBlock.js';
import {
  allocateCodes,
  allocateScratch,
  codeBytes,
  codesOfRuns,
  scratchAreaBytes,
  type PairOptions,
} from '../dispatch/pairScratch.js';
import { matrixStatistics, nullBytes } from '../dispatch/pairStatistics.js';
import type { Session } from '../dispatch/session.js';
import { distanceMiProvenance } from './distanceMi.js';
import { checkPairOptions } from './distanceMiPlan.js';
import { distanceMiValue, noDistanceMi } from './distanceMiValues.js';

/** A's channels against B's; without B against A's own. */
export async function distanceMiOfArrays(
  session: Session,
  { array, n, parts }: ArraysInput,
  options: OptionsOf<'distance-mi'>,
  context: CallContext,
): Promise<DistanceMiResult> {
  const chosen = checkPairOptions(options);
  const task = { signal: context.signal, rank: session.nextRank() };
  const [rows, columns] = [parts[0], parts.at(-1)!].map(({ channelCount }) => channelReferences(channelCount));
  const value = await inOwnBlock(session, array, async (block, address) => {
    const refusal = pairsRefusal(session, array, n, parts, chosen);
    if (refusal !== null) return noDistanceMi(-1, { rows, columns }, n, refusal);
    const used = pairedSamples(n);
    const { runs, left } = await finiteRuns(session, block, address, n, parts, task, used);
    if (left < 3)
      return {
        ...noDistanceMi(-1, { rows, columns }, left, 'fewer than 3 finite samples'),
        nonFiniteCount: used.length - left,
      };
    const scratchAreas = allocateScratch(session, block, left, chosen.bins);
    const sets = [];
    for (const one of runs) {
      const set = allocateCodes(block, one.runCount, left, chosen);
      await codesOfRuns(session, block, scratchAreas, one, set, 0, task);
      sets.push(set);
    }
    const onPart = (fraction: number): void => context.progress({ fraction });
    const sides = { n: left, a: sets[0], b: sets.at(-1)! };
    const found = await matrixStatistics(session, block, scratchAreas, sides, chosen, task, onPart);
    return distanceMiValue(-1, { rows, columns }, left, used.length - left, found);
  });
  const { bins } = chosen;
  const provenance = distanceMiProvenance(chosen, value.n, n);
  return { measure: 'distance-mi', provenance, of: 'channels', bins, values: [value] };
}

/** Why the codes of the arrays' pairs do not fit into memory beside them; null when they do. */
function pairsRefusal(
  session: Session,
  { length }: ArrayInMemory,
  n: number,
  parts: readonly ArrayPart[],
  chosen: PairOptions,
): string | null {
  const used = pairedSamples(n).length;
  const channels = parts.reduce((sum, { channelCount }) => sum + channelCount, 0);
  const scratchAreas = session.pool.size * scratchAreaBytes(used, chosen.bins);
  return session.blocks.refusal(
    4 * length + codeBytes(channels, used, chosen) + nullBytes(channels, used, chosen) + scratchAreas,
  );
}

function channelReferences(count: number): MapsReference[] {
  return Array.from({ length: count }, (_, channel) => ({ layer: -1, channel }));
}
