/** The rows of filters: a name, what it is, and a map under each input. */
import type { VNode } from 'preact';
import type { PictureStack } from '../../../src/protocol/viewer.js';
import { layerLabel } from '../../text/layerLabel.js';
import { shortWords } from '../../text/words.js';
import { Picture } from '../query/slice/Picture.js';
import type { FilterMapsProps } from './FilterMaps.js';
import { rowName, samePlace, type Alike, type FilterRow } from './filterRows.js';

const SIDE = 42;
/** Of the chosen cell. */
const OWN_ROWS = 2;

export interface Stacks {
  readonly inputs: PictureStack;
  /** By row; null where a channel's maps did not come with the answer. */
  readonly rows: readonly (PictureStack | null)[];
}

export interface MapTableProps extends FilterMapsProps {
  readonly rows: readonly FilterRow[];
  readonly stacks: Stacks;
  /** By row; null where there is nothing to compare with. */
  readonly alike: readonly (Alike | null)[];
  readonly samples: readonly number[];
  readonly labels: readonly number[];
}

export function MapTable(props: MapTableProps): VNode {
  const { viewer, rows, stacks, samples, labels } = props;
  const { sample: chosen } = viewer.selected.value;
  const isPinned = (sample: number): boolean => viewer.classes.value?.includes(labels[sample] ?? -1) ?? false;
  return (
    <table>
      <thead>
        <tr>
          <th scope="row">class</th>
          {samples.map((sample) => (
            <th key={sample} scope="col">
              <button
                class={`map-sample ${sample === chosen ? 'chosen' : ''} ${isPinned(sample) ? 'pinned' : ''}`}
                aria-pressed={sample === chosen}
                title={`sample ${sample}${isPinned(sample) ? ', of a pinned class' : ''}`}
                onClick={() => viewer.select({ sample: sample === chosen ? null : sample })}
              >
                {sampleName(props, sample)}
              </button>
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        <MapRow name="input" detail="" stack={stacks.inputs} samples={samples} chosen={chosen} />
        {rows.map((row, i) => (
          <PinnableRow key={`${i} ${row.layer} ${row.channel}`} {...props} at={i} row={row} chosen={chosen} />
        ))}
      </tbody>
    </table>
  );
}

function PinnableRow(props: MapTableProps & { row: FilterRow; at: number; chosen: number | null }): VNode {
  const { pair, stacks, samples, pinned, row, at, onPinned, chosen } = props;
  return (
    <MapRow
      name={rowName(row, pair)}
      detail={detailOf(props, at)}
      stack={stacks.rows[at]}
      samples={samples}
      chosen={chosen}
      first={at === OWN_ROWS}
      onRemove={row.pinned ? () => onPinned(pinned.filter((one) => !samePlace(one, row))) : null}
    />
  );
}

/** "maps r 0.53 to A 15", or the layer's name. */
export function detailOf({ facts, pair, rows, alike }: MapTableProps, at: number): string {
  const row = rows[at];
  const found = alike[at];
  if (found) return `maps r ${found.r.toFixed(2).replace('-', '−')} to ${rowName(found.first, pair)}`;
  const layer = shortWords(layerLabel(facts.layers[row.layer]), 13);
  return row.pinned ? `${layer} · pinned` : layer;
}

export function sampleName({ facts, labels }: Pick<MapTableProps, 'facts' | 'labels'>, sample: number): string {
  const label = labels[sample] ?? -1;
  return label >= 0 ? shortWords(facts.classNames[label], 7) : String(sample);
}

interface MapRowProps {
  readonly name: string;
  readonly detail: string;
  readonly stack: PictureStack | null;
  readonly samples: readonly number[];
  readonly chosen: number | null;
  readonly first?: boolean;
  readonly onRemove?: (() => void) | null;
}

function MapRow({ name, detail, stack, samples, chosen, first, onRemove }: MapRowProps): VNode {
  return (
    <tr class={first ? 'first-pinned' : undefined}>
      <th scope="row">
        <b>{name}</b>
        {onRemove && (
          <button class="link" aria-label={`Unpin ${name}`} onClick={onRemove}>
            ✕
          </button>
        )}
        {detail && <small>{detail}</small>}
      </th>
      {samples.map((sample, i) => (
        <td key={sample} class={sample === chosen ? 'chosen' : undefined}>
          {stack && <Picture stack={stack} index={i} range="shared" ink="--c-text" size={SIDE} />}
        </td>
      ))}
    </tr>
  );
}
