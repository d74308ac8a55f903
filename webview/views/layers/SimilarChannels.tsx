/** Rows and columns of the heatmap that are alike, to be pinned and looked at: are their maps alike too? */
import type { VNode } from 'preact';
import { useMemo } from 'preact/hooks';
import type { DistanceMiValue } from '../../../src/protocol/measure.js';
import { linesOfA, linesOfB, type Matrix } from '../../marks/axesOrder.js';
import { mostAlike, type AlikePair } from '../../marks/correlation.js';
import { memo } from '../../shell/memo.js';
import { useRested } from '../../state/useRested.js';
import type { PinnedChannel } from './filterRows.js';

export interface SimilarChannelsProps {
  readonly value: DistanceMiValue;
  readonly onPin: (channels: readonly PinnedChannel[]) => void;
}

const MOST_LISTED = 4;
const RESTS_MILLISECONDS = 200;

/** Of the epoch at which the slider rests: n² correlations are too many for a frame. */
export const SimilarChannels = memo(({ value: latest, onPin }: SimilarChannelsProps): VNode | null => {
  const value = useRested(latest, RESTS_MILLISECONDS);
  const alike = useMemo(() => alikeChannels(value), [value]);
  if (alike.a.length + alike.b.length === 0) return null;
  return (
    <section class="layers-similar" aria-label="Similar channels">
      <h2>Similar channels at epoch {value.epoch}</h2>
      <p class="quiet">r of two columns (A) or two rows (B) of the heatmap; pin both to compare their maps</p>
      {(['a', 'b'] as const).map((side) => (
        <ul key={side}>
          {alike[side].map(({ i, j, r }) => {
            const own = side === 'a' ? value.rows : value.columns;
            const pinned = [own[i], own[j]].map(({ layer, channel }) => ({ layer, channel: channel ?? 0 }));
            return (
              <li key={`${i} ${j}`}>
                <button class="link" title="Pin both" onClick={() => onPin(pinned)}>
                  {side.toUpperCase()} {own[i].channel} and {own[j].channel}
                </button>{' '}
                r {r.toFixed(2)}
              </li>
            );
          })}
        </ul>
      ))}
    </section>
  );
});

/** A layer against itself has its own entropies on the diagonal, where no two lines can be alike: left out. */
function alikeChannels(value: DistanceMiValue): { readonly a: AlikePair[]; readonly b: AlikePair[] } {
  const { rows, columns, bits } = value;
  const own = rows[0]?.layer === columns[0]?.layer;
  const values = own
    ? bits.map((one, at) => (Math.floor(at / columns.length) === at % columns.length ? null : one))
    : bits;
  const matrix: Matrix = { aCount: rows.length, bCount: columns.length, values };
  return {
    a: mostAlike(linesOfA(matrix), MOST_LISTED),
    b: own ? [] : mostAlike(linesOfB(matrix), MOST_LISTED),
  };
}
