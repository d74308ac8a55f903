/** Lines over the epochs of the run, as tall as their labels need. */
import type { VNode } from 'preact';
import { useMemo, useState } from 'preact/hooks';
import { LineChart } from '../../../chart/LineChart.js';
import type { LineChartSpec, LineSeries } from '../../../marks/lineChart.js';
import { epochDomain, type ResultProps } from './chartParts.js';

interface SeriesChartProps extends ResultProps {
  readonly series: LineSeries[];
  readonly yTitle: string;
  readonly format: LineChartSpec['format'];
  readonly labelWidth: number;
  readonly zeroBased?: boolean;
  readonly valueCeiling?: number;
  readonly gapLanes?: boolean;
  readonly ceiling?: NonNullable<LineChartSpec['ceiling']>;
  readonly roomAbove?: number;
  readonly description: string;
  readonly onLabel?: (id: string) => void;
}

const ROW = 15;

export function SeriesChart({ viewer, facts, series, ...rest }: SeriesChartProps): VNode | null {
  const epochs = useMemo(() => epochDomain(facts), [facts]);
  const [kept, setKept] = useState(series);
  // Equal content keeps its identity, so that marks are computed only when they change.
  const stable = JSON.stringify(kept) === JSON.stringify(series) ? kept : series;
  if (stable !== kept) setKept(stable);
  if (series.length === 0) return <p class="waiting">No values.</p>;
  return (
    <LineChart
      {...rest}
      series={stable}
      epochs={epochs}
      cursorEpoch={viewer.cursorEpoch.value}
      minHeight={Math.max(240, series.length * ROW + 60)}
      onCursor={(epoch) => (viewer.epoch.value = epoch)}
      onLayer={(layer) => void viewer.openSource(layer)}
    />
  );
}
