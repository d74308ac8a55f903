/** What lies below the layers: the chosen layer's channels and course, the classes, losses and accuracies of both. */
import type { VNode } from 'preact';
import { useMemo } from 'preact/hooks';
import type { ComparedLayer, Comparison } from '../../../src/protocol/compare.js';
import { ChartFrame } from '../../chart/ChartFrame.js';
import { LineChart } from '../../chart/LineChart.js';
import type { LineSeries } from '../../marks/lineChart.js';
import { latest } from '../../state/loadable.js';
import { togglePinned } from '../training/pinnedClasses.js';
import { table } from '../query/results/csv.js';
import { ChangeRows } from './ChangeRows.js';
import { ChannelProfiles, profilesCsv } from './ChannelProfiles.js';
import { chosenLayer, type CompareProps } from './compareProps.js';
import { bothMetrics, classColumns, classesCsv, classRow, entropyCurves, labelOf, lastEpoch } from './compareRows.js';

export function ComparedCharts(props: CompareProps): VNode | null {
  const comparison = latest(props.asked.value);
  if (!comparison) return null;
  const layer = chosenLayer(comparison, props);
  return (
    <>
      <div class="compare-row">{layer && <LayerDetails {...props} layer={layer} />}</div>
      <div class="compare-row">
        <Lines
          {...props}
          title="Accuracy of the probes"
          unit="share"
          format="share"
          pick={(one) => bothMetrics(one, 'accuracy')}
        />
        <Lines {...props} title="Training loss" unit="loss" format="plain" pick={(one) => bothMetrics(one, 'loss')} />
        {comparison.classes.length > 0 && <Classes {...props} />}
      </div>
    </>
  );
}

function LayerDetails(props: CompareProps & { layer: ComparedLayer }): VNode {
  const { layer, asked, viewer } = props;
  const name = labelOf(layer);
  const source = layer.to?.source ?? null;
  return (
    <>
      <ChartFrame<Comparison>
        title={`Channels of ${name}`}
        answer={asked.value}
        invitation=""
        finding={() => null}
        caption={() => (
          <>
            Mean intra-sample entropy of each channel, highest first, on one scale; order and number are each side’s
            own.{' '}
            {source && layer.to && ownSide(props) && (
              <button class="link" onClick={() => void viewer.openSource(layer.to?.index ?? 0)}>
                {source.file}:{source.line}
              </button>
            )}
          </>
        )}
        csv={() => profilesCsv(layer)}
        fileName={`compare-channels-${layer.to?.index ?? 'a'}`}
        onSave={(file) => void viewer.save(file)}
        onRetry={asked.retry}
        draw={() => <ChannelProfiles channels={layer.channels} description={profileWords(layer)} />}
      />
      <Lines {...props} title={`${name} over epochs`} unit="bits" format="bits" pick={() => entropyCurves(layer)} />
    </>
  );
}

/** Only the view's own run has lines that this host can show. */
function ownSide({ facts, asked }: CompareProps): boolean {
  return latest(asked.value)?.to.id === facts.description.manifest.id;
}

function profileWords(layer: ComparedLayer): string {
  const mean = (bits: readonly (number | null)[]): string => {
    const known = bits.filter((one) => one !== null);
    return known.length === 0
      ? 'none'
      : `${known.length} with a mean of ${(known.reduce((a, b) => a + b, 0) / known.length).toFixed(2)} bits`;
  };
  return `Entropies of the channels of ${labelOf(layer)}: A ${mean(layer.channels.from)}, B ${mean(layer.channels.to)}`;
}

interface LinesProps extends CompareProps {
  readonly title: string;
  readonly unit: string;
  readonly format: 'bits' | 'share' | 'plain';
  readonly pick: (comparison: Comparison) => LineSeries[];
}

function Lines({ viewer, asked, title, unit, format, pick }: LinesProps): VNode {
  return (
    <ChartFrame<Comparison>
      title={title}
      answer={asked.value}
      invitation=""
      finding={() => null}
      caption={({ from, to }) =>
        from.id === to.id ? `One run: A is its epoch ${from.epoch}, B its epoch ${to.epoch}.` : 'Both on one scale.'
      }
      csv={(comparison) => seriesCsv(pick(comparison))}
      fileName={`compare-${title.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-')}`}
      onSave={(file) => void viewer.save(file)}
      onRetry={asked.retry}
      draw={(comparison) => {
        const series = drawnOnce(comparison, pick(comparison));
        if (series.length === 0) return <p class="waiting">No values.</p>;
        return (
          <LineChart
            series={series}
            epochs={[0, lastEpoch(series)]}
            cursorEpoch={viewer.cursorEpoch.value}
            yTitle={unit}
            format={format}
            labelWidth={112}
            minHeight={190}
            description={`${title} of A and B over epochs`}
            onCursor={(epoch) => (viewer.epoch.value = epoch)}
          />
        );
      }}
    />
  );
}

/** Two epochs of one run have one course. */
function drawnOnce({ from, to }: Comparison, series: LineSeries[]): LineSeries[] {
  return from.id === to.id ? series.filter(({ id }) => id === 'B').map((one) => ({ ...one, label: 'both' })) : series;
}

function seriesCsv(series: readonly LineSeries[]): string {
  const rows = series.flatMap(({ id, points }) => points.map(({ epoch, value }) => [id, epoch, value]));
  return table(['side', 'epoch', 'value'], rows);
}

function Classes({ viewer, asked }: CompareProps): VNode {
  return (
    <ChartFrame<Comparison>
      title="Classes"
      answer={asked.value}
      invitation=""
      finding={() => null}
      caption={() =>
        'Label entropies in bits, A and B on one scale; a class that a side never predicts has no value. A click pins it.'
      }
      csv={({ classes }) => classesCsv(classes)}
      fileName="compare-classes"
      onSave={(file) => void viewer.save(file)}
      onRetry={asked.retry}
      draw={(comparison) => <ClassRows viewer={viewer} comparison={comparison} />}
    />
  );
}

/** A row is pressed where its class is pinned in all views. */
function ClassRows({
  viewer,
  comparison: { classes },
}: Pick<CompareProps, 'viewer'> & { comparison: Comparison }): VNode {
  const columns = useMemo(() => classColumns(classes), [classes]);
  const rows = useMemo(() => classes.map(classRow), [classes]);
  return (
    <ChangeRows
      rows={rows}
      columns={columns}
      restTitles={[]}
      labelWidth={60}
      description="Label entropies of each class on both sides"
      chosen={(viewer.classes.value ?? []).map(String)}
      onChoose={(id) => (viewer.classes.value = togglePinned(viewer.classes.peek() ?? [], Number(id)))}
    />
  );
}
