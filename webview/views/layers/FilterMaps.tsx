/**
 * Filters compared (the paper's figure 9): a row of maps each under the row of inputs. The chosen cell's
 * channels stand first, then the pinned ones with their correlation to the first of their layer.
 */
import type { VNode } from 'preact';
import { useMemo, useState } from 'preact/hooks';
import { keptSampleCount } from '../../../src/protocol/keptMaps.js';
import type { DistanceMiValue } from '../../../src/protocol/measure.js';
import type { LayerPair, PictureStack } from '../../../src/protocol/viewer.js';
import { layerLabel } from '../../shell/layerLabel.js';
import { memo } from '../../shell/memo.js';
import type { ViewProps } from '../../shell/views.js';
import { shortWords } from '../../shell/words.js';
import { latest } from '../../state/loadable.js';
import { useAsked } from '../../state/useAsked.js';
import { samplesInSet, setCount } from '../channels/mapSamples.js';
import { Picture } from '../query/slice/Picture.js';
import type { CellChoice } from './cells.js';
import {
  channelStack,
  correlationToFirst,
  filterRows,
  mapRequests,
  rowName,
  samePlace,
  withPins,
  type FilterRow,
  type MapsRequest,
  type PinnedChannel,
} from './filterRows.js';

export interface FilterMapsProps extends ViewProps {
  readonly value: DistanceMiValue;
  readonly pair: LayerPair;
  readonly cell: CellChoice;
  readonly pinned: readonly PinnedChannel[];
  readonly onPinned: (pinned: PinnedChannel[]) => void;
}

const MOST_CLASSES = 8;
const SIDE = 42;

export const FilterMaps = memo((props: FilterMapsProps): VNode | null => {
  const { viewer, facts, value, cell, pinned, onPinned } = props;
  const [set, setSet] = useState(0);
  const allLabels = latest(
    useAsked('labels', 'reading labels', (_, call) => viewer.host.call('probeLabels', {}, call)).value,
  );
  const { manifest } = facts.description;
  const rows = useMemo(() => filterRows(value, cell, pinned), [value, cell, pinned]);
  // A row of maps for every filter: the samples that all of them have.
  const kept = Math.min(...rows.map(({ layer }) => keptSampleCount(manifest, layer)));
  const labels = useMemo(() => allLabels?.slice(0, kept), [allLabels, kept]);
  const classes = useMemo(() => shownClasses(facts.classCount, viewer.classes.value), [facts, viewer.classes.value]);
  const sets = labels ? setCount(labels, classes, kept) : 1;
  const samples = useMemo(
    () => (labels ? samplesInSet(labels, classes, kept, set % sets).slice(0, MOST_CLASSES) : []),
    [labels, classes, kept, set, sets],
  );
  const asked = useMaps(props, rows, samples);
  const stacks = latest(asked);
  if (asked.state === 'failed') return <p class="quiet cell-maps-none">No maps: {asked.failure.wrong}</p>;
  if (!stacks || !labels) return null;
  const cellChannels = rows.filter((row) => !row.pinned);
  const unpinned = cellChannels.filter((one) => !pinned.some((other) => samePlace(one, other)));
  return (
    <section class="cell-maps" aria-label="Feature maps of filters">
      <MapTable {...props} rows={rows} stacks={stacks} samples={samples} labels={labels} />
      <p class="quiet map-foot">
        <span>
          more ink is more activation, one scale a row; r over the {samples.length} shown samples’ maps; epoch{' '}
          {value.epoch}
        </span>
        {sets > 1 && (
          <span class="pages">
            <button class="link" aria-label="Samples before" onClick={() => setSet((set + sets - 1) % sets)}>
              ‹
            </button>
            set {(set % sets) + 1} of {sets}
            <button class="link" aria-label="Further samples" onClick={() => setSet((set + 1) % sets)}>
              ›
            </button>
          </span>
        )}
        {unpinned.map((one) => (
          <button key={`${one.layer} ${one.channel}`} class="link" onClick={() => onPinned(withPins(pinned, [one]))}>
            Pin {rowName(one, props.pair)}
          </button>
        ))}
        {pinned.length > 0 && (
          <button class="link" onClick={() => onPinned([])}>
            Unpin all
          </button>
        )}
      </p>
    </section>
  );
});

/** Pinned classes first, then the others, as many as have room; ascending. */
function shownClasses(count: number, pinned: readonly number[] | null): number[] {
  const all = Array.from({ length: count }, (_, i) => i);
  const first = (pinned ?? []).filter((one) => one < count);
  return [...new Set([...first, ...all])].slice(0, MOST_CLASSES).sort((a, b) => a - b);
}

interface Stacks {
  readonly inputs: PictureStack;
  /** By row; null where a channel's maps did not come with the answer. */
  readonly rows: readonly (PictureStack | null)[];
}

function useMaps({ viewer, facts, value }: FilterMapsProps, rows: readonly FilterRow[], samples: readonly number[]) {
  const requests = mapRequests(rows, samples, value.epoch, facts.layers[0].channelCount);
  const key = samples.length > 0 ? JSON.stringify([requests, rows]) : null;
  return useAsked<Stacks>(key, 'reading feature maps', async (text, call) => {
    const [wanted, shown] = JSON.parse(text) as [MapsRequest[], FilterRow[]];
    const stacks = await Promise.all(wanted.map((one) => viewer.host.call('featureMaps', one, call)));
    const ofRow = ({ layer, channel }: FilterRow): PictureStack | null => {
      const at = wanted.findIndex((one, i) => i > 0 && one.layer === layer);
      if (at < 0) return layer === 0 ? stacks[0] : null;
      const place = wanted[at].channels.indexOf(channel);
      return place < 0 ? null : channelStack(stacks[at], place, wanted[at].channels.length);
    };
    return { inputs: stacks[0], rows: shown.map(ofRow) };
  }).value;
}

interface MapTableProps extends FilterMapsProps {
  readonly rows: readonly FilterRow[];
  readonly stacks: Stacks;
  readonly samples: readonly number[];
  readonly labels: readonly number[];
}

function MapTable(props: MapTableProps): VNode {
  const { viewer, facts, rows, stacks, samples, labels } = props;
  const { sample: chosen } = viewer.selected.value;
  const isPinned = (sample: number): boolean => viewer.classes.value?.includes(labels[sample] ?? -1) ?? false;
  const nameOf = (sample: number): string =>
    (labels[sample] ?? -1) >= 0 ? shortWords(facts.classNames[labels[sample]], 7) : String(sample);
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
                {nameOf(sample)}
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
  const { facts, pair, rows, stacks, samples, pinned, row, at, onPinned, chosen } = props;
  const alike = useMemo(() => correlationToFirst(rows, stacks.rows, at), [rows, stacks, at]);
  const layer = shortWords(layerLabel(facts.layers[row.layer]), 13);
  const detail = alike ? `r ${alike.r.toFixed(2)} to ${rowName(alike.first, pair)}` : row.pinned ? 'pinned' : '';
  return (
    <MapRow
      name={rowName(row, pair)}
      detail={alike ? detail : [layer, detail].filter(Boolean).join(' · ')}
      stack={stacks.rows[at]}
      samples={samples}
      chosen={chosen}
      first={row.pinned && !rows[at - 1]?.pinned}
      onRemove={row.pinned ? () => onPinned(pinned.filter((one) => !samePlace(one, row))) : null}
    />
  );
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
