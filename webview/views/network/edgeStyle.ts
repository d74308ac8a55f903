/** Positive and negative weights apart by colour and by pattern: negative ones are dashed. */
import type { EdgeSign } from '../../marks/networkEdges.js';
import type { NetworkColours } from './networkColours.js';

export function edgeColour(sign: EdgeSign, { positive, negative, quiet }: NetworkColours): string {
  return sign > 0 ? positive : sign < 0 ? negative : quiet;
}

export function dashOf(sign: EdgeSign, width: number): number[] {
  if (sign < 0) return [4 + width, 2.5];
  return sign === 0 ? [1.5, 3] : [];
}
