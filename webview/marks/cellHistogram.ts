/** How many cells of a heatmap have each value, drawn over its colour scale. */
import type { Box } from './lineChart.js';

export interface HistogramBar extends Box {
  readonly count: number;
}

/** Bars √count high, over a scale of `width` pixels from 0 to the ceiling. */
export function cellHistogram(
  values: readonly (number | null)[],
  ceiling: number,
  width: number,
  height: number,
  bins = 60,
): HistogramBar[] {
  const counts = new Array<number>(bins).fill(0);
  for (const value of values) {
    if (value !== null && ceiling > 0) counts[Math.max(0, Math.min(bins - 1, Math.floor((value / ceiling) * bins)))]++;
  }
  const most = Math.sqrt(Math.max(1, ...counts));
  return counts.flatMap((count, i) => {
    const tall = (Math.sqrt(count) / most) * height;
    return count === 0
      ? []
      : [{ x: (i * width) / bins, y: height - tall, width: width / bins - 0.5, height: tall, count }];
  });
}
