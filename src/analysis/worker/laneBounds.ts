/**
 * Squared distances that channels have added up in the lanes (see pairLanes.ts), as bounds of the samples' distances:
 * copied to be kept, or where they are.
 */
import { pairCountOf } from '../kernelHost/distancePairs.js';
import { clearSums, headerOf, type PairBounds, type PlacedBounds } from '../kernelHost/pairBounds.js';
import type { TaskOptions } from './handPool.js';
import type { Slot } from './memorySlots.js';
import { targetOf, type Lane } from './pairLanes.js';
import type { Session } from './session.js';

/** Before the first squares are added up in the lanes. */
export function clearLaneSums({ regions }: Slot, lanes: readonly Lane[]): void {
  for (const { sums } of lanes) clearSums(headerOf({ memory: regions }, sums));
}

/** What `channelCount` channels have added up in the lanes, as bounds; null where there is no room, or a thread died. */
export async function boundsOfLanes(
  session: Session,
  slot: Slot,
  lanes: readonly Lane[],
  n: number,
  channelCount: number,
  options: TaskOptions,
): Promise<PairBounds | null> {
  const values = session.bounds.room(4 * pairCountOf(n));
  if (!values) return null;
  const blur = await takeBounds(session, slot, lanes, n, channelCount, values, options);
  return blur === null ? null : { values, n, blur };
}

/** The same where they are, until a lane is used again; null where a thread died. */
export async function boundsInLanes(
  session: Session,
  slot: Slot,
  lanes: readonly Lane[],
  n: number,
  channelCount: number,
  options: TaskOptions,
): Promise<PlacedBounds | null> {
  const blur = await takeBounds(session, slot, lanes, n, channelCount, null, options);
  return blur === null ? null : { address: lanes[0].region, n };
}

function takeBounds(
  session: Session,
  slot: Slot,
  lanes: readonly Lane[],
  n: number,
  channelCount: number,
  values: SharedArrayBuffer | null,
  options: TaskOptions,
): Promise<number | null> {
  const [{ scratch, region }] = lanes;
  const sums = lanes.map((lane) => lane.sums);
  const task = { target: targetOf(slot), scratch, region, n, channelCount, values, sums };
  return session.pool.run('takeBounds', task, options);
}
