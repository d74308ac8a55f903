/** One cell in numbers: its value with the interval, the entropies of both channels, and how it stands to the null. */
import type { VNode } from 'preact';
import type { DistanceMiValue } from '../../../src/protocol/measure.js';
import { layerLabel } from '../../text/layerLabel.js';
import { memo } from '../../hooks/memo.js';
import type { ViewProps } from '../views.js';
import { shortWords } from '../../text/words.js';
import type { CellChoice } from './cells.js';
import { cellWords } from './layerFindings.js';

export interface CellCardProps extends Pick<ViewProps, 'facts'> {
  readonly value: DistanceMiValue;
  readonly nullBits: number | null;
  readonly cell: CellChoice;
  /** Half width of its 95 % interval; null while it is not known. */
  readonly halfWidthBits: number | null;
  /** The pointer is on it; else it is the chosen one. */
  readonly hovered: boolean;
}

export const CellCard = memo((props: CellCardProps): VNode => {
  const { facts, value, nullBits, cell, halfWidthBits, hovered } = props;
  const [a, b] = [value.rows[cell.a], value.columns[cell.b]];
  const bits = value.bits[cell.a * value.columns.length + cell.b] ?? null;
  return (
    <section class="cell-card" aria-live="polite" aria-label={hovered ? 'Cell under the pointer' : 'Selected cell'}>
      <h2>
        A {a.channel} × B {b.channel}
        <span class="cell-bits">
          {bits === null ? 'no value' : `${bits.toFixed(3)} bits`}
          {bits !== null && (
            // Its room is kept, so that nothing jumps while it is computed.
            <small class={halfWidthBits === null ? 'awaited' : undefined}>
              {' '}
              ± {halfWidthBits?.toFixed(3) ?? '…'} (95 %, jackknife over samples)
            </small>
          )}
        </span>
      </h2>
      {cellWords(value, nullBits, cell.a, cell.b).map((line) => (
        <p key={line}>{line}</p>
      ))}
      <p class="quiet">
        {hovered && <b>under the pointer · </b>}A {shortWords(layerLabel(facts.layers[a.layer]), 30)} · B{' '}
        {shortWords(layerLabel(facts.layers[b.layer]), 30)}
      </p>
    </section>
  );
});
