/**
 * Filters compared (the paper's figure 9): a row of maps each under the row of inputs. The chosen cell's
 * channels stand first, then the pinned ones with their correlation to the first of their layer.
 */
import type { VNode } from 'preact';
import { useMemo, useState } from 'preact/hooks';
import { keptSampleCount } from '../../../src/protocol/keptMaps.js';
import type { DistanceMiValue } from '../../../src/protocol/measure.js';
import type { PictureStack, ViewerContract } from '../../../src/protocol/viewer.js';
import type { LayerPair } from '../../../src/protocol/viewState.js';
import { paintedFiles } from '../../chart/paintedFiles.js';
import { SaveLinks, type ShownFiles } from '../../chart/SaveLinks.js';
import { memo } from '../../hooks/memo.js';
import type { ViewProps } from '../views.js';
import { latest } from '../../state/loadable.js';
import { useAsked } from '../../state/useAsked.js';
import { samplesInSet, setCount } from '../channels/mapSamples.js';
import { fileName } from '../query/results/chartParts.js';
import type { CellChoice } from './cells.js';
import { filterMapsCsv, filterMapsPainting, type ShownTable } from './filterMapsFiles.js';
import {
  channelStack,
  correlationToFirst,
  filterRows,
  mapRequests,
  rowName,
  withPins,
  type FilterRow,
  type MapsRequest,
  type PinnedChannel,
} from './filterRows.js';
import { detailOf, MapTable, sampleName, type MapTableProps, type Stacks } from './FilterTable.js';

export interface FilterMapsProps extends ViewProps {
  readonly value: DistanceMiValue;
  readonly pair: LayerPair;
  readonly cell: CellChoice;
  readonly pinned: readonly PinnedChannel[];
  readonly onPinned: (pinned: PinnedChannel[]) => void;
}

const MOST_CLASSES = 8;

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
  const alike = useMemo(() => rows.map((_, at) => correlationToFirst(rows, stacks?.rows ?? [], at)), [rows, stacks]);
  if (asked.state === 'failed') return <p class="quiet cell-maps-none">No maps: {asked.failure.wrong}</p>;
  if (!stacks || !labels) return null;
  const unpinned = rows.filter((row) => !row.pinned);
  const shown = { ...props, rows, stacks, alike, samples, labels };
  const onSave = (file: ViewerContract['saveFile']['input']): void => void viewer.save(file);
  return (
    <section class="cell-maps" aria-label="Feature maps of filters">
      <MapTable {...shown} />
      <p class="quiet map-foot">
        <span>{inkWords(shown)}</span>
        {sets > 1 && (
          <span class="pages">
            <button class="link" aria-label="Previous samples" onClick={() => setSet((set + sets - 1) % sets)}>
              ‹
            </button>
            set {(set % sets) + 1} of {sets}
            <button class="link" aria-label="Next samples" onClick={() => setSet((set + 1) % sets)}>
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
        <SaveLinks
          title="feature maps of filters"
          files={filesOf(shown)}
          fileName={fileName(facts, `feature-maps-epoch-${value.epoch}`)}
          onSave={onSave}
        />
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

/** r is explained where one is shown. */
function inkWords({ alike, samples, value }: MapTableProps): string {
  const r = alike.some((one) => one !== null) ? `r of the ${samples.length} shown samples’ maps; ` : '';
  return `darker means higher activation, one scale per row; ${r}epoch ${value.epoch}`;
}

function filesOf(props: MapTableProps): ShownFiles {
  return { ...paintedFiles(() => filterMapsPainting(shownTable(props))), csv: () => csvOf(props) };
}

function shownTable(props: MapTableProps): ShownTable {
  const { pair, rows, stacks, samples } = props;
  const shown = rows.map((row, at) => ({
    ...{ name: rowName(row, pair), detail: detailOf(props, at), stack: stacks.rows[at] },
  }));
  return {
    rows: [{ name: 'input', detail: '', stack: stacks.inputs }, ...shown],
    columns: samples.map((sample) => sampleName(props, sample)),
    foot: inkWords(props),
  };
}

function csvOf({ facts, value, rows, stacks, samples, labels }: MapTableProps): string {
  const shown = { rows, samples, labels: samples.map((sample) => labels[sample] ?? -1) };
  return filterMapsCsv({
    ...shown,
    ...{ epoch: value.epoch, layers: facts.layers, inputs: stacks.inputs, stacks: stacks.rows },
  });
}
