/** What lies below the layers: the chosen layer's channels and course, the classes, losses and accuracies of both. */
import type { VNode } from 'preact';
import { useMemo } from 'preact/hooks';
import { accuracyName } from '../../../src/protocol/accuracy.js';
import type { ComparedLayer, Comparison } from '../../../src/protocol/compare.js';
import { lossUnit } from '../../../src/protocol/lossUnit.js';
import { ChartFrame } from '../../chart/ChartFrame.js';
import { LineChart } from '../../chart/LineChart.js';
import type { LineSeries } from '../../marks/lineChart.js';
import { latest } from '../../state/loadable.js';
import { countWords } from '../../text/words.js';
import { togglePinned } from '../../selection/pinnedClasses.js';
import { table } from '../query/results/csv.js';
import { ChangeRows } from './ChangeRows.js';
import { ChannelProfiles, profilesCsv } from './ChannelProfiles.js';
import { chosenLayer, type CompareProps } from './compareProps.js';
import { labelOf } from './comparedLayer.js';
import { bothMetrics, classColumns, classesCsv, classRow, entropyCurves, lastEpoch } from './compareRows.js';

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
          title={accuracyTitle(comparison)}
          unit="share"
          format="share"
          of="Share of correct predictions"
          valueCeiling={1}
          pick={(one) => bothMetrics(one, 'accuracy')}
        />
        <Lines
          {...props}
          title="Training loss"
          unit={
            comparison.from.id === comparison.to.id ? lossUnit(props.facts.description.manifest.model.loss) : 'loss'
          }
          format="plain"
          of="Mean over the epoch, as the training reported it"
          valueCeiling={0}
          pick={(one) => bothMetrics(one, 'loss')}
        />
        {comparison.classes.length > 0 && <Classes {...props} />}
      </div>
    </>
  );
}

function accuracyTitle({ accuracy }: Comparison): string {
  const name = accuracyName(accuracy?.judged.to.heldOut ?? true);
  return name.charAt(0).toUpperCase() + name.slice(1);
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
            Map entropy (intra-sample entropy) of each channel, mean over {allProbes(latest(asked.value))}; highest
            first, same scale; each side has its own order and number of channels.{' '}
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
      <Lines
        {...props}
        title={`${name} over epochs`}
        finding="map entropy, bits"
        unit="bits"
        format="bits"
        of={`Intra-sample entropy, mean over channels and ${allProbes(latest(asked.value))}, plug-in, 32 bins over each channel’s range, as recorded`}
        pick={(comparison) => entropyCurves(comparison, layer)}
      />
    </>
  );
}

/** Recorded statistics are of all probes, also where maps are kept of fewer. */
function allProbes(comparison: Comparison | null): string {
  const counts = comparison ? [comparison.from.probeCount, comparison.to.probeCount].map(countWords) : [];
  return `all probes, N = ${[...new Set(counts)].join(' and ')}`;
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
  return `Map entropies of the channels of ${labelOf(layer)}: A ${mean(layer.channels.from)}, B ${mean(layer.channels.to)}`;
}

interface LinesProps extends CompareProps {
  readonly title: string;
  readonly finding?: string;
  readonly unit: string;
  readonly format: 'bits' | 'share' | 'plain';
  /** What is drawn, and of how much. */
  readonly of: string;
  /** The axis begins at 0 and reaches at least this. */
  readonly valueCeiling?: number;
  readonly pick: (comparison: Comparison) => LineSeries[];
}

function Lines({ viewer, asked, title, finding, unit, format, of, valueCeiling, pick }: LinesProps): VNode {
  return (
    <ChartFrame<Comparison>
      title={title}
      answer={asked.value}
      invitation=""
      finding={() => finding ?? null}
      caption={({ from, to }) =>
        `${of}. ${from.id === to.id ? 'One run' : 'Both on the same scale'}, marked at A’s epoch ${from.epoch} and B’s ${to.epoch}.`
      }
      csv={(comparison) => seriesCsv(pick(comparison))}
      fileName={`compare-${title.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-')}`}
      onSave={(file) => void viewer.save(file)}
      onRetry={asked.retry}
      draw={(comparison) => {
        const series = pick(comparison);
        if (series.length === 0) return <p class="waiting">No values.</p>;
        return (
          <LineChart
            series={series}
            epochs={[0, lastEpoch(series)]}
            cursorEpoch={viewer.cursorEpoch.value}
            yTitle={unit}
            format={format}
            zeroBased={valueCeiling !== undefined}
            {...(valueCeiling === undefined ? {} : { valueCeiling })}
            labelWidth={136}
            minHeight={190}
            description={`${title.replace(/ over epochs$/, '')} of A and B over epochs`}
          />
        );
      }}
    />
  );
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
        'Label entropies in bits, same scale for A and B. A class that is never predicted has no value. Click a class to pin it.'
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
