/** The largest and the mean cell of a pair of layers over training, and the chosen one. */
import type { VNode } from 'preact';
import { useMemo } from 'preact/hooks';
import type { DistanceMiValue } from '../../../src/protocol/measure.js';
import type { LayerPair } from '../../../src/protocol/viewState.js';
import { ChartFrame } from '../../chart/ChartFrame.js';
import { LineChart } from '../../chart/LineChart.js';
import { largest, mean } from '../../marks/axesOrder.js';
import type { LineSeries } from '../../marks/lineChart.js';
import { memo } from '../../hooks/memo.js';
import { latest, type Loadable } from '../../state/loadable.js';
import type { ViewProps } from '../views.js';
import { epochDomain, fileName } from '../query/results/chartParts.js';
import { table } from '../query/results/csv.js';
import { inside, type CellChoice } from './cells.js';

export interface PairTrendProps extends ViewProps {
  readonly pair: LayerPair;
  readonly trend: Loadable<readonly DistanceMiValue[]>;
  readonly cell: CellChoice | null;
  readonly onRetry: () => void;
}

const HEIGHT = 170;
const NONE: readonly DistanceMiValue[] = [];

export const PairTrend = memo(({ viewer, facts, pair, trend, cell, onRetry }: PairTrendProps): VNode | null => {
  const values = latest(trend) ?? NONE;
  const whole = useMemo(() => wholeSeries(values), [values]);
  const series = useMemo(() => [...whole, ...cellSeries(values, cell)], [whole, values, cell?.a, cell?.b]);
  const epochs = useMemo(() => epochDomain(facts), [facts]);
  if (facts.whole.size < 2 || trend.state === 'empty' || (trend.state === 'done' && values.length < 2)) return null;
  return (
    <div class="layers-trend">
      <ChartFrame<readonly DistanceMiValue[]>
        title="Over training"
        answer={trend}
        room={HEIGHT}
        invitation=""
        finding={() => 'distance MI, bits'}
        caption={() => null}
        csv={() => trendCsv(series)}
        fileName={fileName(facts, `distance-mi-${facts.layers[pair.a].name}-${facts.layers[pair.b].name}-epochs`)}
        onSave={(file) => void viewer.save(file)}
        onRetry={onRetry}
        draw={() => (
          <LineChart
            series={series}
            epochs={epochs}
            cursorEpoch={viewer.cursorEpoch.value}
            yTitle="bits"
            format="bits"
            zeroBased
            labelWidth={132}
            labelsFollow
            minHeight={HEIGHT}
            description="The largest value, the mean and the selected cell over epochs, bits"
            onCursor={(epoch) => (viewer.epoch.value = epoch)}
          />
        )}
      />
    </div>
  );
});

function wholeSeries(trend: readonly DistanceMiValue[]): LineSeries[] {
  return [
    lineOf('largest', 'plain', trend, (value) => largest(value.bits)),
    lineOf('mean', 'muted', trend, (value) => mean(value.bits)),
  ];
}

/** A row an epoch of each line. */
function trendCsv(series: readonly LineSeries[]): string {
  const rows = series.flatMap(({ label, points }) => points.map(({ epoch, value }) => [label, epoch, value]));
  return table(['line', 'epoch', 'bits'], rows);
}

function cellSeries(trend: readonly DistanceMiValue[], cell: CellChoice | null): LineSeries[] {
  const first = trend[0];
  if (!cell || !first || !inside(cell, first)) return [];
  const name = `A ${first.rows[cell.a].channel} × B ${first.columns[cell.b].channel}`;
  return [lineOf(name, 'accent', trend, (value) => value.bits[cell.a * value.columns.length + cell.b] ?? null)];
}

function lineOf(
  id: string,
  tone: LineSeries['tone'],
  trend: readonly DistanceMiValue[],
  of: (value: DistanceMiValue) => number | null,
): LineSeries {
  return { id, label: id, tone, points: trend.map((value) => ({ epoch: value.epoch, value: of(value) })) };
}
