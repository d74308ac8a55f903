/** Arrays that a caller gives, held against their shapes. */
import { Failure } from '../../protocol/failure.js';
import type { ArrayPart } from '../coordinator/dispatch/arraysInBlock.js';

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
