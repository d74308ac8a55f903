/** Map entropies (of layers without maps: unit entropies) as a grid of small charts, a page at a time where there are many channels. */
import type { VNode } from 'preact';
import { useMemo, useState } from 'preact/hooks';
import { intraName } from '../../../../src/protocol/entropyNames.js';
import type { LayerReport } from '../../../../src/protocol/measure.js';
import type { PictureStack } from '../../../../src/protocol/viewer.js';
import { ChartFrame } from '../../../chart/ChartFrame.js';
import { SmallMultiples } from '../../../chart/SmallMultiples.js';
import { inkOf, inkPaths, type InkLevel } from '../../../marks/pictures.js';
import type { IntraAnswer } from '../../../state/answer.js';
import { EMPTY, latest } from '../../../state/loadable.js';
import { countWords } from '../../../text/words.js';
import { csvOf } from './csv.js';
import { intraFinding } from './findings.js';
import { intraPanels, type IntraPanels } from './intraPanels.js';
import { epochDomain, fileName, SourceLinks, type ChartProps } from './chartParts.js';

const NO_REPORTS: readonly LayerReport[] = [];
const PAGE = 16;
const WIDE_PAGE = 48;
const ROOMY = { panelHeight: 106, minPanelWidth: 98, gap: 34 };
/** Many panels: channels by number alone. */
const COMPACT = { panelHeight: 84, minPanelWidth: 72, gap: 22 };
const TITLES = { channels: 'by channel', layers: 'by layer', whole: 'of the layer' };

export function IntraChart(props: ChartProps): VNode {
  const { viewer, facts, answer } = props;
  const alone = answer?.question.request.measure === 'intra';
  const answered = answer?.intra ?? EMPTY;
  const value = latest(answered);
  const cursorEpoch = viewer.cursorEpoch.value;
  const reports = latest(viewer.reports.value) ?? NO_REPORTS;
  const panels = useMemo(
    () => (value ? intraPanels(value, facts.layers, cursorEpoch, reports) : null),
    [value, facts, cursorEpoch, reports],
  );
  return (
    <ChartFrame<IntraAnswer>
      title={panels ? titleOf(panels) : 'Map entropy'}
      answer={answered}
      invitation="Press Query to compute."
      captionBelow
      finding={() => (panels ? `bits, mean over inputs. ${intraFinding(panels.courses, panels.dead) ?? ''}` : null)}
      caption={(result) => panels && <IntraCaption {...props} intra={result} panels={panels} />}
      csv={(result) => csvOf(result.slice, facts.layers)}
      fileName={fileName(facts, 'intra-sample-entropy')}
      onSave={(file) => void viewer.save(file)}
      onRetry={viewer.ask}
      draw={() => panels && <Pages {...props} panels={panels} pageSize={alone ? WIDE_PAGE : PAGE} />}
    />
  );
}

/** "Map entropy by channel", "Unit entropy of the layer". */
function titleOf({ of, layers }: IntraPanels): string {
  const name = intraName(layers);
  return `${name.charAt(0).toUpperCase()}${name.slice(1)} ${TITLES[of]}`;
}

function Pages({ viewer, facts, panels, pageSize }: ChartProps & { panels: IntraPanels; pageSize: number }): VNode {
  const [page, setPage] = useState(0);
  const epochs = useMemo(() => epochDomain(facts), [facts]);
  const pages = Math.ceil(panels.panels.length / pageSize);
  const at = Math.min(page, Math.max(0, pages - 1));
  const onPage = panels.panels.slice(at * pageSize, (at + 1) * pageSize);
  const compact = onPage.length > 8;
  const shown = useMemo(
    () =>
      onPage.map((panel) => (compact && panel.channel !== null ? { ...panel, title: String(panel.channel) } : panel)),
    [panels, at, pageSize],
  );
  const stack = latest(viewer.channelMeans.value);
  const thumbnails = useMemo(() => thumbnailsOf(stack, panels, shown), [stack, panels, shown]);
  return (
    <>
      <SmallMultiples
        panels={shown}
        {...(compact ? COMPACT : ROOMY)}
        maxColumns={pageSize === PAGE ? (compact ? 6 : 4) : 12}
        epochs={epochs}
        ceiling={panels.ceiling}
        cursorEpoch={viewer.cursorEpoch.value}
        thumbnails={thumbnails}
        description={`${titleOf(panels)} over epochs, one panel per ${panels.of === 'layers' ? 'layer' : 'channel'}`}
        {...(panels.of === 'layers' ? { onPanel: (id: string) => void viewer.openSource(Number(id)) } : {})}
      />
      {pages > 1 && (
        <div class="pages">
          <button class="page" aria-label="Previous channels" disabled={at === 0} onClick={() => setPage(at - 1)}>
            ‹
          </button>
          {at * pageSize}–{Math.min(panels.panels.length, (at + 1) * pageSize) - 1} of{' '}
          {countWords(panels.panels.length)}
          <button class="page" aria-label="Next channels" disabled={at >= pages - 1} onClick={() => setPage(at + 1)}>
            ›
          </button>
        </div>
      )}
    </>
  );
}

const THUMBNAIL = 14;

/** The channel's mean map, where the maps in sight are of the layer in the picture. */
function thumbnailsOf(
  stack: PictureStack | null,
  panels: IntraPanels,
  shown: IntraPanels['panels'],
): ReadonlyMap<string, readonly InkLevel[]> {
  const result = new Map<string, readonly InkLevel[]>();
  if (!stack || panels.of !== 'channels' || stack.count !== panels.layer.channelCount || stack.width < 2) return result;
  for (const panel of shown) {
    const ink = panel.channel === null ? null : inkOf(stack, panel.channel, 'own');
    if (ink) result.set(panel.id, inkPaths(ink, stack.width, stack.height, THUMBNAIL));
  }
  return result;
}

function IntraCaption({
  intra,
  panels,
  facts,
  viewer,
}: ChartProps & { intra: IntraAnswer; panels: IntraPanels }): VNode {
  const { provenance, bins, range, computedFrom } = intra.slice;
  const shaded = panels.panels.some((panel) => panel.shaded.length > 0);
  const unit = panels.of === 'layers' ? 'mean over channels; ' : '';
  return (
    <>
      <Colours panels={panels} facts={facts} n={provenance.n} />
      {`Intra-sample entropy: ${unit}plug-in, ${bins} bins over ${range === 'map' ? 'each map’s own range' : 'the channel’s range'}, from recorded ${computedFrom}; 0–${panels.ceiling} bits possible.`}
      {shaded && ' Shaded: every map constant.'}
      {panels.of !== 'layers' && <SourceLinks layers={[panels.layer]} viewer={viewer} />}
    </>
  );
}

/** Which line is which: in the caption, because panels are too small for labels of their own. */
function Colours({ panels, facts, n }: { panels: IntraPanels; facts: ChartProps['facts']; n: number }): VNode {
  const { classes } = panels;
  const everyone = `all ${countWords(facts.sampleCount)} inputs`;
  if (classes.length === 1) {
    return (
      <span class="colours">
        <b class="accent">label {facts.classNames[classes[0]]}</b> N = {countWords(n)}; <b class="muted">{everyone}</b>
      </span>
    );
  }
  if (classes.length === 0 || classes.length > 10) {
    return (
      <span class="colours">
        <b class="accent">this slice</b> N = {countWords(n)} {n < facts.sampleCount && <b class="muted">{everyone}</b>}
      </span>
    );
  }
  return (
    <span class="colours">
      {classes.map((index) => (
        <b key={index} class={`class-${index % 10}`}>
          {facts.classNames[index]}
        </b>
      ))}
      <b class="accent">all of them</b> N = {countWords(n)}
    </span>
  );
}
