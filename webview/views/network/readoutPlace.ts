/** On which side of a card its readout stands. */

/** Of the readout, pixels. */
export const WIDTH = 236;
const GAP = 10;

/** Of a card, pixels of the board. */
export interface Across {
  readonly x: number;
  readonly width: number;
}

/** Beside the card, where fewer of its edges go and there is room: what it is connected to stays in sight. */
export function readoutLeft(
  { x, width }: Across,
  sight: { readonly left: number; readonly width: number },
  wantsLeft: boolean,
): number {
  const [toLeft, toRight] = [x - GAP - WIDTH, x + width + GAP];
  const fitsRight = toRight + WIDTH <= sight.left + sight.width;
  const fitsLeft = toLeft >= sight.left;
  return (wantsLeft && fitsLeft) || !fitsRight ? toLeft : toRight;
}
