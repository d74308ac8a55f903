/** The channels of a pair of layers as a heatmap, with what its numbers are and where its layers are written. */
import type { VNode } from 'preact';
import { useMemo, useRef } from 'preact/hooks';
import type { DistanceMiResult, DistanceMiValue } from '../../../src/protocol/measure.js';
import type { LayerPair } from '../../../src/protocol/viewState.js';
import { ChartFrame, type ForFile } from '../../chart/ChartFrame.js';
import { largest } from '../../marks/axesOrder.js';
import type { Rgb } from '../../marks/colourSteps.js';
import { layerLabel } from '../../text/layerLabel.js';
import { memo } from '../../hooks/memo.js';
import type { ViewProps } from '../views.js';
import { countWords } from '../../text/words.js';
import { latest } from '../../state/loadable.js';
import { fileName, SourceLinks } from '../query/results/chartParts.js';
import { csvOf } from '../query/results/csv.js';
import { cellOf, placeOf, type CellChoice } from './cells.js';
import { ChannelHeatmap } from './ChannelHeatmap.js';
import { isOrdered, type HeldOrder } from './heldOrder.js';
import type { PairAnswers } from './pairAnswers.js';

export interface PairChartProps extends ViewProps {
  readonly pair: LayerPair;
  readonly epoch: number;
  /** At which the slider rests. */
  readonly rested: number;
  readonly answers: PairAnswers;
  readonly value: DistanceMiValue | null;
  readonly held: HeldOrder | null;
  readonly chosen: CellChoice | null;
  readonly colours: readonly Rgb[];
  /** Dead channels of both layers at the epoch in sight. */
  readonly dead: { readonly a: ReadonlySet<number>; readonly b: ReadonlySet<number> };
  /** Both orders go by the values of this epoch from now on. */
  readonly onOrderBy: (epoch: number) => void;
  readonly onHover: (cell: CellChoice | null) => void;
  readonly onChoose: (cell: CellChoice) => void;
}

export const PairChart = memo((props: PairChartProps): VNode => {
  const { viewer, facts, pair, epoch, rested, answers, held } = props;
  const [a, b] = [facts.layers[pair.a], facts.layers[pair.b]];
  const nullBits = props.value?.null?.maximumBits ?? null;
  const forFile: ForFile = useRef(null);
  return (
    <ChartFrame<DistanceMiResult>
      title={`Channels of ${layerLabel(a)} × ${layerLabel(b)}`}
      answer={answers.answer}
      invitation="No epoch has been recorded yet."
      finding={() => null}
      caption={(result) => (
        <>
          Distance MI (channel capacity); brighter is lower{held ? orderWords(pair, held) : ''}.{' '}
          {held && isOrdered(pair) && held.epoch !== rested && (
            <>
              <button class="link" onClick={() => props.onOrderBy(rested)}>
                {`Order by epoch ${rested}`}
              </button>
              .{' '}
            </>
          )}
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
      complete={() => forFile.current?.() ?? (() => undefined)}
      draw={() => <PairDrawing {...props} nullBits={nullBits} forFile={forFile} />}
    />
  );
});

function PairDrawing(props: PairChartProps & { nullBits: number | null; forFile: ForFile }): VNode {
  const { facts, pair, answers, value, held, chosen, dead, nullBits } = props;
  const [a, b] = [facts.layers[pair.a], facts.layers[pair.b]];
  const matrix = useMemo(
    () => value && { aCount: value.rows.length, bCount: value.columns.length, values: value.bits },
    [value],
  );
  const aNames = useMemo(() => channelNames(a.channelCount), [a.channelCount]);
  const bNames = useMemo(() => channelNames(b.channelCount), [b.channelCount]);
  if (value?.reason) return <p class="waiting">{`Epoch ${value.epoch} has no value: ${value.reason}`}</p>;
  if (!value || !matrix || !held) return <p class="waiting">No values.</p>;
  return (
    <ChannelHeatmap
      matrix={matrix}
      order={held.order}
      ceiling={pair.ownScale ? largest(value.bits) : answers.ceiling}
      forFile={props.forFile}
      threshold={pair.masked ? nullBits : null}
      nullBits={nullBits}
      aNames={aNames}
      bNames={bNames}
      aDead={dead.a}
      bDead={dead.b}
      colours={props.colours}
      aTitle={`A · ${layerLabel(a)}, channel${axisWords(pair.order, '→')}${dead.a.size > 0 ? ', † dead' : ''}`}
      bTitle={`B · ${layerLabel(b)}, channel${axisWords(pair.orderB ?? pair.order, '↑')}`}
      chosen={chosen && placeOf(chosen, held.order)}
      description={`Distance MI of ${value.rows.length} channels of ${a.name}, to the right, and ${value.columns.length} of ${b.name}, upwards, at epoch ${value.epoch}.`}
      onHover={(place) => props.onHover(place && cellOf(place, held.order))}
      onChoose={(place) => props.onChoose(cellOf(place, held.order))}
    />
  );
}

function channelNames(count: number): string[] {
  return Array.from({ length: count }, (_, channel) => String(channel));
}

function axisWords(order: LayerPair['order'], arrow: string): string {
  if (order === 'index') return '';
  return order === 'cluster' ? ' (similar channels are adjacent)' : ` (descending ${arrow})`;
}

function orderWords(pair: LayerPair, { epoch }: HeldOrder): string {
  if (!isOrdered(pair)) return '';
  const { order, orderB = order } = pair;
  const word = (one: string): string => (one === 'cluster' ? 'cluster' : one);
  return order === orderB
    ? `; order by ${word(order)} at epoch ${epoch}`
    : `; order of A by ${word(order)}, of B by ${word(orderB)} at epoch ${epoch}`;
}

function provenanceWords({ provenance, bins, values }: DistanceMiResult): string {
  const n = values[0]?.n ?? provenance.n;
  return `N = ${countWords(n)} samples, ${countWords((n * (n - 1)) / 2)} pairs, ${bins} equal bins over each channel’s range, plug-in, not bias-corrected; `;
}

function nullWords({ answer, nulled, nullOnRequest }: PairAnswers, nullBits: number | null): string {
  if (nullBits !== null) {
    const permutations = latest(answer)?.values[0]?.null?.permutations ?? 0;
    return `null ${nullBits.toFixed(3)} bits: 95th percentile of the largest cell, samples permuted ${permutations} times. `;
  }
  if (nullOnRequest) return 'null not computed. ';
  if (nulled.state === 'failed') return `no null: ${nulled.failure.wrong}. `;
  const share = nulled.state === 'loading' && nulled.progress ? ` ${Math.round(100 * nulled.progress.fraction)} %` : '';
  return `the null is being computed${share} …`;
}
