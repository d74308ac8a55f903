/** The strokes of lines: broken where there is no value, dotted where a value rests on few samples. */
import { line } from 'd3';
import { isGap } from './lineGaps.js';
import type { LineMark, LinePoint, LineSeries } from './lineChart.js';

type Scale = (value: number) => number;

/** What stands out is drawn last. */
export function inOrder(series: readonly LineSeries[]): LineSeries[] {
  const rank = ({ weight }: LineSeries): number => (weight === 'pinned' ? 2 : weight === 'hinted' ? 0 : 1);
  return [...series].sort((a, b) => rank(a) - rank(b));
}

export function lineOf({ id, tone, weight, points }: LineSeries, x: Scale, y: Scale): LineMark {
  const mark = { id, tone, weight: weight ?? null };
  if (!points.some((point) => point.faint)) return { ...mark, path: pathOf(points, x, y), dotted: '' };
  return { ...mark, path: strokes(points, false, x, y), dotted: strokes(points, true, x, y) };
}

/** Of the strokes between neighbours with values, those that touch a faint one, or the others. */
function strokes(points: readonly LinePoint[], faint: boolean, x: Scale, y: Scale): string {
  const at = (point: LinePoint): string => `${round(x(point.epoch))},${round(y(point.value ?? 0))}`;
  let path = '';
  let last = -1;
  for (let i = 1; i < points.length; i++) {
    const [from, to] = [points[i - 1], points[i]];
    if (isGap(from) || isGap(to) || (from.faint || to.faint || false) !== faint) continue;
    path += last === i - 1 ? `L${at(to)}` : `M${at(from)}L${at(to)}`;
    last = i;
  }
  return path;
}

function pathOf(points: readonly LinePoint[], x: Scale, y: Scale): string {
  const draw = line<LinePoint>()
    .defined((point) => point.value !== null)
    .x((point) => x(point.epoch))
    .y((point) => y(point.value ?? 0))
    .digits(1);
  return draw(points) ?? '';
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
