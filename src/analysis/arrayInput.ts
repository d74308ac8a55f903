/** Arrays on their way to the threads: held against their shapes, and copied to memory that the threads see. */
import { Failure, throwIfCancelled } from '../protocol/failure.js';
import type { CallContext } from '../protocol/rpc.js';
import { nextTurn } from '../store/turns.js';
import { KernelMemory } from './kernelHost/kernelMemory.js';
import type { ArrayPart } from './worker/arraysInSlot.js';
import type { ArrayInMemory } from './worker/leadContract.js';

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

export function checkParts(values: Float32Array, n: number, parts: readonly ArrayPart[]): void {
  const shapes = parts.map(({ channelCount, mapLength }) => `(${n}, ${channelCount}, ${mapLength})`);
  const wanted = parts.reduce((sum, { channelCount, mapLength }) => sum + n * channelCount * mapLength, 0);
  checkLength(values, wanted, shapes.join(' and '));
}

export function checkLength(values: Float32Array, wanted: number, shape: string): void {
  if (values.length === wanted) return;
  throw new Failure({
    kind: 'bad-input',
    doing: 'measuring an array',
    wrong: `it has ${values.length} values, but the shape ${shape} needs ${wanted}`,
    tryThis: 'Specify the actual shape of the array.',
  });
}
