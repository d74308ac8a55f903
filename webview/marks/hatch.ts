/** Hatching, which everywhere means "no value": as lines rather than a pattern, so that it saves as it looks. */

/** One path of 45° strokes `step` pixels apart, cut at the rectangle's edges. */
export function hatchPath(x: number, y: number, width: number, height: number, step = 5): string {
  const parts: string[] = [];
  // A stroke runs down-left from the top or right edge: points with (px − x) + (py − y) = offset.
  const first = step - ((x + y) % step);
  for (let offset = first; offset < width + height; offset += step) {
    const fromX = Math.min(offset, width);
    const toY = Math.min(offset, height);
    parts.push(`M${r(x + fromX)},${r(y + offset - fromX)}L${r(x + offset - toY)},${r(y + toY)}`);
  }
  return parts.join('');
}

function r(value: number): number {
  return Math.round(value * 100) / 100;
}
