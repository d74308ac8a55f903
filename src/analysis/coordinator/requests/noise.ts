/** Inter-sample entropy of standard normal noise: what H is where there is nothing to find. */
import { targetOf } from '../../memory/memoryBlocks.js';
import { SharedCalls } from '../../calls/sharedCalls.js';
import type { TaskOptions } from '../dispatch/threadPool.js';
import { interInBlock, interBlockBytes } from '../dispatch/interInBlock.js';
import type { Session } from '../dispatch/session.js';

const NOISE_SEED = 1;
/** It depends on N, D and k alone, so it is computed once for all runs; the oldest are forgotten. */
const known = new Map<string, number | null>();
const MOST_KNOWN = 4096;
const inFlight = new SharedCalls();

/** Bits of `n` seeded vectors of `d` standard normal numbers: the same on every machine. */
export async function noiseBits(
  session: Session,
  n: number,
  d: number,
  k: number,
  approximate: boolean,
  options: TaskOptions,
): Promise<number | null> {
  const key = `${n} ${d} ${k} ${approximate}`;
  const before = known.get(key);
  if (before !== undefined) return before;
  const context = { signal: options.signal, progress: () => undefined };
  const bits = await inFlight.run(key, context, ({ signal }) =>
    compute(session, n, d, k, approximate, { ...options, signal }),
  );
  known.set(key, bits);
  const [oldest] = known.keys();
  if (known.size > MOST_KNOWN && oldest !== undefined) known.delete(oldest);
  return bits;
}

async function compute(
  session: Session,
  n: number,
  d: number,
  k: number,
  approximate: boolean,
  options: TaskOptions,
): Promise<number | null> {
  const chosen = { k, noise: false, interval: false, approximate };
  const block = await session.blocks.acquire(interBlockBytes(session, n, d, chosen), options.signal);
  try {
    const address = block.regions.allocate(4 * n * d);
    const target = targetOf(block);
    await session.pool.run('fillNoise', { target, address, length: n * d, seed: NOISE_SEED }, options);
    const vectors = { block, address, n, d, nonFinite: [] };
    const { bits } = await interInBlock(session, vectors, chosen, options);
    return bits;
  } finally {
    session.blocks.release(block);
  }
}
