/** The chosen pair as wholes: H(A|B), MI and H(B|A), bar length in bits. */
import type { VNode } from 'preact';
import { useRef } from 'preact/hooks';
import { rgbText, type Rgb } from '../../marks/colourSteps.js';
import { SHARED_HEIGHT, sharedMarks, type SharedBits } from '../../marks/sharedBits.js';
import { useSize } from '../../hooks/useSize.js';

export interface SharedBarsProps extends SharedBits {
  readonly colours: readonly Rgb[];
}

export function SharedBars({ a, b, mutual, colours }: SharedBarsProps): VNode {
  const place = useRef<HTMLDivElement>(null);
  const { width } = useSize(place);
  const marks = sharedMarks({ a, b, mutual }, Math.max(1, width));
  const share = Math.min(a, b) > 0 ? mutual / Math.min(a, b) : null;
  const fill = rgbText(colours[14]);
  const top = 16;
  return (
    <div class="shared-bars" ref={place}>
      {width > 0 && (
        <svg
          width={width}
          height={SHARED_HEIGHT}
          role="img"
          aria-label={`H(A|B) ${bits(a - mutual)}, MI ${bits(mutual)}, H(B|A) ${bits(b - mutual)} bits`}
        >
          <rect class="shared-own" {...marks.aOnly} />
          <rect {...marks.sharedInA} fill={fill} />
          <rect {...marks.sharedInB} fill={fill} />
          <rect class="shared-own" {...marks.bOnly} />
          <text x={6} y={top}>
            H(A|B) {bits(a - mutual)}
          </text>
          <text x={marks.sharedInA.x + marks.sharedInA.width + 6} y={top}>
            H(A) {bits(a)}
          </text>
          <text class="end" x={marks.sharedInB.x - 6} y={marks.sharedInB.y + top}>
            H(B) {bits(b)}
          </text>
          <text class="end" x={width - 6} y={marks.bOnly.y + top}>
            H(B|A) {bits(b - mutual)}
          </text>
        </svg>
      )}
      <p class="shared-words">
        MI <b>{bits(mutual)}</b> bits · MI/min(H) <b>{share === null ? 'undefined' : share.toFixed(2)}</b>
      </p>
    </div>
  );
}

function bits(value: number): string {
  return Math.max(0, value).toFixed(2);
}
