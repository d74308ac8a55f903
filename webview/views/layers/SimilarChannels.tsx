/** Rows and columns of the heatmap that are alike, to be pinned and looked at: are their maps alike too? */
import type { VNode } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { DistanceMiValue } from '../../../src/protocol/measure.js';
import { linesOfA, linesOfB, type Matrix } from '../../marks/axesOrder.js';
import { AlikeSearch, type AlikePair } from '../../marks/correlation.js';
import { memo } from '../../hooks/memo.js';
import { inSlices, type Sliced } from '../../state/inSlices.js';
import type { PinnedChannel } from './filterRows.js';
import { sameLayers } from './restedValue.js';

export interface SimilarChannelsProps {
  /** Of the epoch at which the slider rests. */
  readonly value: DistanceMiValue;
  readonly onPin: (channels: readonly PinnedChannel[]) => void;
}

const MOST_LISTED = 4;

export const SimilarChannels = memo(({ value: wanted, onPin }: SimilarChannelsProps): VNode | null => {
  const [found, setFound] = useState<AlikeChannels | null>(null);
  useEffect(() => inSlices(new AlikeWork(wanted), setFound), [wanted]);
  // Until others are found those of the epoch before stay, but not those of other layers.
  if (!found || !sameLayers(found.value, wanted)) return null;
  const { value, alike } = found;
  if (alike.a.length + alike.b.length === 0) return null;
  return (
    <section class="layers-similar" aria-label="Similar channels">
      <h2>Similar channels at epoch {value.epoch}</h2>
      <p class="quiet">
        r of MI profiles (two columns for A, two rows for B), not of maps. Pin both to compare their maps.
      </p>
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

interface AlikeChannels {
  readonly value: DistanceMiValue;
  readonly alike: { readonly a: readonly AlikePair[]; readonly b: readonly AlikePair[] };
}

/** Columns, then rows. A layer against itself has its own entropies on the diagonal, where no two lines can be alike: left out. */
class AlikeWork implements Sliced<AlikeChannels> {
  readonly #isOwn: boolean;
  readonly #matrix: Matrix;
  #searchA: AlikeSearch | null = null;
  #searchB: AlikeSearch | null = null;

  constructor(private readonly value: DistanceMiValue) {
    const { rows, columns, bits } = value;
    this.#isOwn = rows[0]?.layer === columns[0]?.layer;
    const values = this.#isOwn
      ? bits.map((one, at) => (Math.floor(at / columns.length) === at % columns.length ? null : one))
      : bits;
    this.#matrix = { aCount: rows.length, bCount: columns.length, values };
  }

  goOn(isOver: () => boolean): AlikeChannels | null {
    this.#searchA ??= new AlikeSearch(linesOfA(this.#matrix), MOST_LISTED);
    const a = this.#searchA.goOn(isOver);
    if (!a || isOver()) return null;
    this.#searchB ??= new AlikeSearch(this.#isOwn ? [] : linesOfB(this.#matrix), MOST_LISTED);
    const b = this.#searchB.goOn(isOver);
    return b && { value: this.value, alike: { a, b } };
  }
}
