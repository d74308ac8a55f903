/** All layers sorted by their change, and the accuracy in the chart's finding. */
import type { VNode } from 'preact';
import { useMemo, useState } from 'preact/hooks';
import { accuracyName, accuracyWithInterval, percentText } from '../../../src/protocol/accuracy.js';
import { COMPARE_ORDERS, type CompareOrder, type Comparison } from '../../../src/protocol/compare.js';
import { sortedByChange } from '../../../src/protocol/compareOrder.js';
import { ChartFrame } from '../../chart/ChartFrame.js';
import { differenceWords } from '../../marks/changeRows.js';
import { countWords } from '../../text/words.js';
import { ChangeRows } from './ChangeRows.js';
import { chosenLayer, type CompareProps } from './compareProps.js';
import { commonN, probesWords } from './comparedProbes.js';
import { rowId } from './comparedLayer.js';
import { comparisonCsv, layerColumns, layerRow } from './compareRows.js';

const DEAD = { id: 'dead', title: 'Dead', width: 74 };
/** Only where an argument differs, or a layer is in one network alone. */
const CHANGED = { id: 'changed–', title: 'Changed', width: 150 };

/** Of deep networks the first rows of the order; the rest on request. */
const MOST_ROWS = 30;
const FIRST_ROWS = 20;

export function LayerChanges(props: CompareProps): VNode {
  const { viewer, choice, onChoose, asked } = props;
  const order = choice.order ?? 'inter';
  const sort = (id: string): void => {
    const wanted = COMPARE_ORDERS.find((one) => one === id);
    if (wanted) onChoose({ order: wanted });
  };
  return (
    <ChartFrame<Comparison>
      title={order === 'layer' ? 'Layers in the network’s order' : 'Layers, largest change first'}
      answer={asked.value}
      invitation="Looking for runs to compare with…"
      finding={accuracyWords}
      caption={captionWords}
      csv={comparisonCsv}
      fileName="compare-layers"
      onSave={(file) => void viewer.save(file)}
      onRetry={asked.retry}
      draw={(comparison) => <Rows {...props} comparison={comparison} order={order} onSort={sort} />}
    />
  );
}

interface RowsProps extends CompareProps {
  readonly comparison: Comparison;
  readonly order: CompareOrder;
  readonly onSort: (id: string) => void;
}

function Rows(props: RowsProps): VNode {
  const { viewer, comparison, order, own, onSort, onChoose } = props;
  const layers = useMemo(() => sortedByChange(comparison.layers, order), [comparison, order]);
  const [all, setAll] = useState(false);
  const chosen = chosenLayer(comparison, props);
  const chosenId = chosen && rowId(chosen);
  const shown = useMemo(
    () =>
      all || layers.length <= MOST_ROWS ? layers : layers.filter((one, i) => i < FIRST_ROWS || rowId(one) === chosenId),
    [layers, all, chosenId],
  );
  const columns = useMemo(() => layerColumns(shown), [shown]);
  const rows = useMemo(() => shown.map((layer) => layerRow(layer, commonN(shown))), [shown]);
  const rest = rows.some((row) => row.rest[1]) ? [DEAD, CHANGED] : [DEAD];
  const choose = (id: string): void => {
    if (!/^\d+$/.test(id)) return;
    onChoose({ layer: Number(id) });
    const place = layers.find((one) => rowId(one) === id)?.[own];
    if (place) viewer.select({ layer: place.index });
  };
  return (
    <>
      <ChangeRows
        rows={rows}
        columns={columns}
        restTitles={rest}
        description="Layers with their entropies on both sides and the change"
        chosen={chosenId === null ? [] : [chosenId]}
        sortedBy={order}
        onSort={onSort}
        onChoose={choose}
      />
      {layers.length > MOST_ROWS && (
        <button class="link" onClick={() => setAll(!all)}>
          {all ? `Show first ${FIRST_ROWS} only` : `All ${layers.length} layers`}
        </button>
      )}
    </>
  );
}

/** "held-out accuracy 93.4 → 95.0 %: +1.6 ± 2.0 points, 500 probes" */
function accuracyWords({ accuracy }: Comparison): string | null {
  if (accuracy?.from == null || accuracy.to === null) return null;
  const { from, to } = accuracy.judged;
  const name = accuracyName(to.heldOut);
  const counts = [...new Set([from.n, to.n])].map(countWords).join(' and ');
  return `${name} ${percentText(accuracy.from)} → ${percentText(accuracy.to)} %: ${differenceWords(accuracy, 1, 100)} points, ${counts} probes`;
}

/** "A: held-out accuracy 93.4 % (95 %: 90.9 to 95.3 %), 500 probes" */
function sidesWords({ accuracy }: Comparison): string[] {
  if (!accuracy) return [];
  const { from, to } = accuracy.judged;
  return [`A: ${accuracyWithInterval(from)}`, `B: ${accuracyWithInterval(to)}`];
}

function captionWords(comparison: Comparison): VNode {
  return (
    <span title={[...sidesWords(comparison), ...Object.values(comparison.estimators)].join('\n')}>
      <span class="key-from" aria-hidden="true" /> A <span class="key-to" aria-hidden="true" /> B, with the 95 %
      interval of the change about B; blue where the change is significant. Each column has its own scale.{' '}
      {probesWords(comparison)}
    </span>
  );
}
