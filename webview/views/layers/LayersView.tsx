/** The layer view: whole layers, then the channels of a pair, then one cell; time lies above all three. */
import type { VNode } from 'preact';
import { useMemo, useRef, useState } from 'preact/hooks';
import type { DistanceMiResult, DistanceMiValue } from '../../../src/protocol/measure.js';
import { ChartFrame } from '../../chart/ChartFrame.js';
import { LineChart } from '../../chart/LineChart.js';
import { Button, Checkbox, Dropdown } from '../../controls/controls.js';
import { EpochSlider } from '../../controls/EpochSlider.js';
import { AXIS_ORDERS, axesOrder, largest, type AxesOrder, type AxisOrder, type Place } from '../../marks/heatmap.js';
import type { LineSeries } from '../../marks/lineChart.js';
import type { ViewProps } from '../../shell/views.js';
import { countWords } from '../../shell/words.js';
import { latest } from '../../state/loadable.js';
import { useAsked, type Asked } from '../../state/useAsked.js';
import { epochDomain, fileName, SourceLinks } from '../query/results/chartParts.js';
import { csvOf } from '../query/results/csv.js';
import { CellCard, CellMaps } from './CellCard.js';
import { ChannelHeatmap } from './ChannelHeatmap.js';
import { pairFindings } from './layerFindings.js';
import { LayerMatrix, matrixBits } from './LayerMatrix.js';
import { askDistance, copiesAmong, soundPair, wholeLayersQuestion } from './layerQuestions.js';
import { useMiColours } from './miColours.js';
import { usePairAnswers } from './pairAnswers.js';
import { SharedBars } from './SharedBars.js';

const ORDER_WORDS: Readonly<Record<AxisOrder, string>> = { maximum: 'maximum', mean: 'mean', index: 'index' };

export function LayersView({ viewer, facts }: ViewProps): VNode {
  if (facts.lastWhole < 0) return <main class="layers-view waiting">No epoch has been recorded yet.</main>;
  return <Epoch viewer={viewer} facts={facts} />;
}

function Epoch({ viewer, facts }: ViewProps): VNode {
  const epochs = useMemo(() => [...facts.whole].sort((a, b) => a - b), [facts]);
  const epoch = facts.whole.has(viewer.cursorEpoch.value) ? viewer.cursorEpoch.value : facts.lastWhole;
  const chosenPair = viewer.layers.value;
  const pair = useMemo(() => soundPair(chosenPair, facts.layers), [chosenPair, facts.layers]);
  const whole = useAsked(JSON.stringify(wholeLayersQuestion(epoch)), 'computing distance MI of layers', (text, call) =>
    askDistance(viewer.host, text, call),
  );
  const wholeWaits = whole.value.state === 'loading' || whole.value.state === 'empty';
  const answers = usePairAnswers({ viewer, facts }, pair, epoch, !wholeWaits);
  const colours = useMiColours();
  const [cell, setCell] = useState<CellChoice | null>(null);
  const [hovered, setHovered] = useState<CellChoice | null>(null);
  const [ownScale, setOwnScale] = useState(false);
  const shown = latest(answers.answer);
  const value = shown?.values[0] ?? null;
  const held = useHeldOrder(value, `${pair.a} ${pair.b} ${pair.order}`, pair.order);
  const nullBits = value?.null?.maximumBits ?? null;
  const strongest = useMemo(() => (value ? strongestCell(value) : null), [value]);
  const choice = value && inside(cell, value) ? cell : strongest;
  const sight = value && inside(hovered, value) ? hovered : choice;
  const [a, b] = [facts.layers[pair.a], facts.layers[pair.b]];
  const change = (some: Partial<typeof pair>): void => {
    viewer.layers.value = { ...pair, ...some };
  };
  const matrix = useMemo(
    () => value && { aCount: value.rows.length, bCount: value.columns.length, values: value.bits },
    [value],
  );
  const names = useMemo(
    () => ({
      a: value?.rows.map(({ channel }) => String(channel)) ?? [],
      b: value?.columns.map(({ channel }) => String(channel)) ?? [],
    }),
    [a, b, value],
  );
  return (
    <main class="layers-view">
      <div class="layers-controls">
        <span class="quiet">Order</span>
        <Dropdown<AxisOrder>
          label="Order of the channels"
          value={pair.order}
          options={AXIS_ORDERS.map((one) => ({ value: one, text: ORDER_WORDS[one] }))}
          onChange={(order) => change({ order })}
        />
        {held && held.epoch !== epoch && pair.order !== 'index' && (
          <Button secondary onClick={held.release}>
            {`Order by epoch ${epoch}`}
          </Button>
        )}
        <Checkbox checked={pair.masked} onChange={(masked) => change({ masked })}>
          Hatch what is not above the null
        </Checkbox>
        <Checkbox checked={ownScale} onChange={setOwnScale}>
          This epoch’s own scale
        </Checkbox>
        <Button secondary label="Exchange A and B" onClick={() => change({ a: pair.b, b: pair.a })}>
          A ⇄ B
        </Button>
        <EpochSlider
          epoch={viewer.cursorEpoch.value}
          epochs={epochs}
          domain={epochDomain(facts)}
          onEpoch={(next) => (viewer.epoch.value = next)}
        />
      </div>
      <div class="layers-columns">
        <div class="layers-left">
          <WholeLayers
            asked={whole}
            viewer={viewer}
            facts={facts}
            epoch={epoch}
            pair={pair}
            colours={colours}
            onPair={(x, y) => change({ a: x, b: y })}
          />
          {value && (
            <section class="layers-findings">
              <h2>Channels at epoch {value.epoch}</h2>
              <ul>
                {pairFindings(value, nullBits).map((line) => (
                  <li key={line}>{line}</li>
                ))}
              </ul>
            </section>
          )}
        </div>
        <div class="layers-middle">
          <ChartFrame<DistanceMiResult>
            title={`Channels of ${a.name} × ${b.name}`}
            answer={answers.answer}
            invitation="No epoch has been recorded yet."
            finding={() => null}
            caption={(result) => (
              <>
                Distance MI (channel capacity), brighter is smaller
                {held && pair.order !== 'index' ? `; order by ${pair.order} at epoch ${held.epoch}` : ''}.{' '}
                {provenanceWords(result)}
                {nullWords(answers, nullBits)}
                {answers.nullOnRequest && (
                  <button class="link" onClick={answers.askNull}>
                    Compute the null
                  </button>
                )}
                <SourceLinks layers={[a]} viewer={viewer} />
                {b !== a && <SourceLinks layers={[b]} viewer={viewer} />}
              </>
            )}
            csv={(result) => csvOf(result, facts.layers)}
            fileName={fileName(facts, `distance-mi-${a.name}-${b.name}-epoch-${epoch}`)}
            onSave={(file) => void viewer.save(file)}
            onRetry={answers.retry}
            draw={() =>
              !value || !matrix || !held ? (
                <p class="waiting">No values.</p>
              ) : value.reason !== null ? (
                <p class="waiting">
                  Epoch {value.epoch} has no value: {value.reason}
                </p>
              ) : (
                <ChannelHeatmap
                  matrix={matrix}
                  order={held.order}
                  ceiling={ownScale ? largest(value.bits) : answers.ceiling}
                  threshold={pair.masked ? nullBits : null}
                  nullBits={nullBits}
                  aNames={names.a}
                  bNames={names.b}
                  colours={colours}
                  aTitle={`A · ${a.name}, channel${pair.order === 'index' ? '' : ' (descending →)'}`}
                  bTitle={`B · ${b.name}, channel${pair.order === 'index' ? '' : ' (descending ↑)'}`}
                  chosen={choice && placeOf(choice, held.order)}
                  description={`Distance MI of ${value.rows.length} channels of ${a.name}, to the right, and ${value.columns.length} of ${b.name}, upwards, at epoch ${value.epoch}.`}
                  onHover={(place) => setHovered(place && cellOf(place, held.order))}
                  onChoose={(place) => setCell(cellOf(place, held.order))}
                />
              )
            }
          />
        </div>
        <div class="layers-right">
          {value && value.reason === null && sight && choice && (
            <>
              <CellCard
                viewer={viewer}
                facts={facts}
                value={value}
                nullBits={nullBits}
                cell={sight}
                hovered={sight !== choice}
              />
              <CellMaps viewer={viewer} facts={facts} value={value} cell={choice} />
            </>
          )}
          <Trend viewer={viewer} facts={facts} trend={answers.trend} cell={choice} />
        </div>
      </div>
    </main>
  );
}

/** Row and column of the matrix, whatever their places in the picture. */
interface CellChoice {
  readonly a: number;
  readonly b: number;
}

function inside(cell: CellChoice | null, value: DistanceMiValue): boolean {
  return cell !== null && cell.a < value.rows.length && cell.b < value.columns.length;
}

function cellOf({ a, b }: Place, order: AxesOrder): CellChoice {
  return { a: order.a[a], b: order.b[b] };
}

function placeOf({ a, b }: CellChoice, order: AxesOrder): Place {
  return { a: order.a.indexOf(a), b: order.b.indexOf(b) };
}

function strongestCell({ bits, columns }: DistanceMiValue): CellChoice {
  const at = bits.reduce<number>((best, one, i) => ((one ?? -1) > (bits[best] ?? -1) ? i : best), 0);
  return { a: Math.floor(at / Math.max(1, columns.length)), b: at % Math.max(1, columns.length) };
}

interface HeldOrder {
  readonly order: AxesOrder;
  /** Whose values gave the order. */
  readonly epoch: number;
  release(): void;
}

/** Epochs share the order of the one that was in sight when it was chosen, so that cells can be followed. */
function useHeldOrder(value: DistanceMiValue | null, key: string, by: AxisOrder): HeldOrder | null {
  const kept = useRef<{ key: string; order: AxesOrder; epoch: number } | null>(null);
  const [, draw] = useState(0);
  if (value && value.reason === null && kept.current?.key !== key) {
    const matrix = { aCount: value.rows.length, bCount: value.columns.length, values: value.bits };
    kept.current = { key, order: axesOrder(matrix, by), epoch: value.epoch };
  }
  if (kept.current?.key !== key) return null;
  const { order, epoch } = kept.current;
  const release = (): void => {
    kept.current = null;
    draw((count) => count + 1);
  };
  return { order, epoch, release };
}

function provenanceWords({ provenance, bins, values }: DistanceMiResult): string {
  const n = values[0]?.n ?? provenance.n;
  return `N = ${countWords(n)} samples, ${countWords((n * (n - 1)) / 2)} pairs, ${bins} equal bins over each channel’s range, plug-in, not bias-corrected; `;
}

function nullWords({ nulled, nullOnRequest }: ReturnType<typeof usePairAnswers>, nullBits: number | null): string {
  if (nullBits !== null) {
    const permutations = latest(nulled)?.values[0]?.null?.permutations ?? 0;
    return `null ${nullBits.toFixed(3)} bits: 95 % point of the largest cell, samples permuted ${permutations} times. `;
  }
  if (nullOnRequest) return 'null not computed. ';
  if (nulled.state === 'failed') return `no null: ${nulled.failure.wrong}. `;
  const share = nulled.state === 'loading' && nulled.progress ? ` ${Math.round(100 * nulled.progress.fraction)} %` : '';
  return `the null is being computed${share} …`;
}

interface WholeLayersProps extends ViewProps {
  readonly asked: Asked<DistanceMiResult>;
  readonly epoch: number;
  readonly pair: { readonly a: number; readonly b: number };
  readonly colours: ReturnType<typeof useMiColours>;
  readonly onPair: (a: number, b: number) => void;
}

function WholeLayers({ viewer, facts, asked, epoch, pair, colours, onPair }: WholeLayersProps): VNode {
  const value = latest(asked.value)?.values[0] ?? null;
  const copies = useMemo(() => (value ? copiesAmong(value, facts.layers) : new Map<number, number>()), [value, facts]);
  const shown = useMemo(
    () => facts.layers.map(({ index }) => index).filter((one) => !copies.has(one) || one === pair.a || one === pair.b),
    [facts, copies, pair.a, pair.b],
  );
  const bits = value && matrixBits(value, pair.a, pair.b);
  const entropy = (layer: number): number =>
    value?.entropyRows[value.rows.findIndex((row) => row.layer === layer)] ?? 0;
  return (
    <>
      <ChartFrame<DistanceMiResult>
        title="Whole layers"
        answer={asked.value}
        invitation=""
        finding={() => null}
        caption={() =>
          `Distance MI in bits at epoch ${value?.epoch ?? epoch}. Colour below the diagonal; above it the number, or in small cells the colour again.${copyWords(copies)}`
        }
        csv={(result) => csvOf(result, facts.layers)}
        fileName={fileName(facts, `distance-mi-layers-epoch-${epoch}`)}
        onSave={(file) => void viewer.save(file)}
        onRetry={asked.retry}
        draw={() =>
          !value || value.reason !== null ? (
            <p class="waiting">{value?.reason ?? 'No values.'}</p>
          ) : (
            <LayerMatrix
              value={value}
              shown={shown}
              layers={facts.layers}
              pair={pair}
              colours={colours}
              onPair={onPair}
            />
          )
        }
      />
      {bits !== null && (
        <section class="layers-shared">
          <h2>
            A {facts.layers[pair.a].name} and B {facts.layers[pair.b].name} as wholes
          </h2>
          <p class="quiet">Bar length is bits; the overlap is what they share.</p>
          <SharedBars a={entropy(pair.a)} b={entropy(pair.b)} mutual={bits} colours={colours} />
        </section>
      )}
    </>
  );
}

function copyWords(copies: ReadonlyMap<number, number>): string {
  if (copies.size === 0) return '';
  return ` Left out as copies: ${[...copies].map(([copy, of]) => `${copy} of ${of}`).join(', ')}.`;
}

interface TrendProps extends ViewProps {
  readonly trend: readonly DistanceMiValue[];
  readonly cell: CellChoice | null;
}

/** The largest and the mean cell over training, and the chosen one. */
function Trend({ viewer, facts, trend, cell }: TrendProps): VNode | null {
  const series = useMemo(() => trendSeries(trend, cell), [trend, cell]);
  if (trend.length < 2) return null;
  return (
    <section class="layers-trend">
      <h2>Over training</h2>
      <LineChart
        series={series}
        epochs={epochDomain(facts)}
        cursorEpoch={viewer.cursorEpoch.value}
        yTitle="bits"
        format="bits"
        zeroBased
        labelWidth={132}
        minHeight={170}
        description="The largest, the mean and the chosen cell over epochs, bits"
        onCursor={(epoch) => (viewer.epoch.value = epoch)}
      />
    </section>
  );
}

function trendSeries(trend: readonly DistanceMiValue[], cell: CellChoice | null): LineSeries[] {
  const mean = ({ bits }: DistanceMiValue): number =>
    bits.reduce<number>((sum, one) => sum + (one ?? 0), 0) / Math.max(1, bits.length);
  const line = (id: string, tone: LineSeries['tone'], of: (value: DistanceMiValue) => number | null): LineSeries => ({
    ...{ id, label: id, tone },
    points: trend.map((value) => ({ epoch: value.epoch, value: of(value) })),
  });
  const first = trend[0];
  const chosen =
    cell && first && inside(cell, first)
      ? [
          line(
            `A ${first.rows[cell.a].channel} × B ${first.columns[cell.b].channel}`,
            'accent',
            (value) => value.bits[cell.a * value.columns.length + cell.b] ?? null,
          ),
        ]
      : [];
  return [line('largest', 'plain', (value) => largest(value.bits)), line('mean', 'muted', mean), ...chosen];
}
