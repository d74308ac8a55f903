/** An array in memory that all threads see. */
import { throwIfCancelled } from '../../protocol/failure.js';
import type { CallContext } from '../../protocol/rpc.js';
import { nextTurn } from '../../system/turns.js';
import { KernelMemory } from './kernelMemory.js';
import type { SharedMemory } from './webAssembly.js';

/** Float32 values that the caller has put at the first address that `KernelMemory` gives out. */
export interface ArrayInMemory {
  readonly memory: SharedMemory;
  readonly length: number;
}

/** Copied between turns of the event loop, so that no turn takes long: about 1 ms, page faults included. */
const COPY_VALUES = 2 ** 19;

/** A copy in memory that the threads see, made in small steps. */
export async function inMemory(values: Float32Array, context: CallContext): Promise<ArrayInMemory> {
  const regions = new KernelMemory();
  const address = regions.allocate(values.byteLength);
  for (let from = 0; from < values.length; from += COPY_VALUES) {
    throwIfCancelled(context.signal, 'passing the array to the worker threads');
    const part = values.subarray(from, from + COPY_VALUES);
    regions.float32(address + 4 * from, part.length).set(part);
    await nextTurn();
  }
  return { memory: regions.memory, length: values.length };
}
