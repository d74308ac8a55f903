/** Where keys take the chosen cell of a heatmap. */
import type { Place } from '../../marks/heatmapFrame.js';

/** Where a key takes the chosen cell: right and up are onwards, as the axes run. */
export function placeKey(key: string, { a, b }: Place, aCount: number, bCount: number): Place | null {
  const steps: Readonly<Record<string, Place>> = {
    ArrowRight: { a: a + 1, b },
    ArrowLeft: { a: a - 1, b },
    ArrowUp: { a, b: b + 1 },
    ArrowDown: { a, b: b - 1 },
    Home: { a: 0, b: 0 },
    End: { a: aCount - 1, b: bCount - 1 },
  };
  if (!Object.hasOwn(steps, key)) return null;
  const next = steps[key];
  return { a: Math.max(0, Math.min(aCount - 1, next.a)), b: Math.max(0, Math.min(bCount - 1, next.b)) };
}
