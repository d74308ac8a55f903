/** H(A|B), MI and H(B|A) as two overlapping bars: the overlap is what the two layers share. */
import type { Box } from './lineChart.js';

export interface SharedBits {
  /** H(A), H(B) and their mutual information, bits. */
  readonly a: number;
  readonly b: number;
  readonly mutual: number;
}

export interface SharedMarks {
  readonly aOnly: Box;
  readonly bOnly: Box;
  readonly sharedInA: Box;
  readonly sharedInB: Box;
}

const BAR = 24;
const GAP = 4;
export const SHARED_HEIGHT = 2 * BAR + GAP;

/** Bar length is bits: H(A|B) + MI + H(B|A) = H(A, B) fills the width. */
export function sharedMarks({ a, b, mutual }: SharedBits, width: number): SharedMarks {
  const joint = a + b - mutual;
  const scale = joint > 0 ? width / joint : 0;
  const from = Math.max(0, a - mutual) * scale;
  const shared = mutual * scale;
  const second = BAR + GAP;
  return {
    aOnly: { x: 0, y: 0, width: from, height: BAR },
    sharedInA: { x: from, y: 0, width: shared, height: BAR },
    sharedInB: { x: from, y: second, width: shared, height: BAR },
    bOnly: { x: from + shared, y: second, width: Math.max(0, b - mutual) * scale, height: BAR },
  };
}
