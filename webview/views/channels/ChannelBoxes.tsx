/** Two layers side by side: entropy over epochs, a box a channel and a line a class, all on one scale. */
import type { VNode } from 'preact';
import { useMemo, useState } from 'preact/hooks';
import type { IntraResult } from '../../../src/protocol/measure.js';
import type { Layer } from '../../../src/protocol/run.js';
import { ChartFrame } from '../../chart/ChartFrame.js';
import { SmallMultiples } from '../../chart/SmallMultiples.js';
import { Checkbox, Dropdown } from '../../controls/controls.js';
import type { Panel } from '../../marks/smallMultiples.js';
import { countWords, plural, shortWords } from '../../shell/words.js';
import { latest } from '../../state/loadable.js';
import { useAsked, type Asked } from '../../state/useAsked.js';
import { sourceWords } from '../query/network/layerWords.js';
import { csvOf } from '../query/results/csv.js';
import { epochDomain, fileName } from '../query/results/chartParts.js';
import { ceilingOf, channelPanels, classTone } from './channelPanels.js';
import { askEntropies, channelQuery, mappedLayers } from './channelQuestions.js';
import type { ChannelsProps } from './ChannelsView.js';

/** Boxes of one layer in sight; more are a page further. */
const PAGE = 32;
const NO_THUMBNAILS = new Map<string, never>();

interface Side {
  readonly layer: Layer;
  readonly asked: Asked<IntraResult>;
  readonly page: number;
  readonly setPage: (page: number) => void;
  readonly panels: readonly Panel[];
}

export function ChannelBoxes(props: ChannelsProps): VNode {
  const { choice, facts } = props;
  const left = useSide(props, choice.left);
  const right = useSide(props, choice.right);
  const sides = choice.left === choice.right ? [left] : [left, right];
  const bins = latest(left.asked.value)?.bins ?? latest(right.asked.value)?.bins ?? 32;
  const ceiling = ceilingOf(
    sides.flatMap(({ panels }) => panels),
    Math.round(100 * Math.log2(bins)) / 100,
  );
  const columns = sides.map(({ panels }) => Math.max(4, Math.min(8, Math.ceil(panels.length / 4))));
  return (
    <section class="channel-boxes" aria-label="Intra-sample entropy over epochs">
      <div class="section-head">
        <h2>Intra-sample entropy over epochs</h2>
        <LayerDropdown {...props} which="left" />
        <span class="quiet">and</span>
        <LayerDropdown {...props} which="right" />
        <p>bits, mean over the inputs of a class; one box a channel, one line a class, one scale for all</p>
        <Classes {...props} />
        <Checkbox
          checked={choice.fromFirst}
          onChange={(fromFirst) => fromFirst !== choice.fromFirst && props.onChoice({ fromFirst })}
        >
          from epoch 1
        </Checkbox>
      </div>
      <div class="channel-sides">
        {sides.map((side, i) => (
          <div key={i} class="channel-side" style={{ flexGrow: columns[i] }}>
            <Boxes {...props} side={side} ceiling={ceiling} columns={columns[i]} />
          </div>
        ))}
      </div>
      <p class="chart-caption">{captionOf(facts.sampleCount, latest(right.asked.value) ?? latest(left.asked.value))}</p>
    </section>
  );
}

function useSide({ viewer, facts, choice, classes, deadOf }: ChannelsProps, index: number): Side {
  const layer = facts.layers[index];
  const [wanted, setPage] = useState(0);
  const page = Math.min(wanted, Math.ceil(layer.channelCount / PAGE) - 1);
  const range = [page * PAGE, Math.min(layer.channelCount, (page + 1) * PAGE) - 1] as const;
  const query = channelQuery(layer, facts.layers, range, null);
  const asked = useAsked(
    JSON.stringify([query, facts.lastWhole]),
    `computing the entropies of ${layer.name}`,
    (key, call) => askEntropies(viewer.host, (JSON.parse(key) as [string])[0], call),
  );
  const result = latest(asked.value);
  const cursorEpoch = viewer.cursorEpoch.value;
  const dead = deadOf(index);
  const firstEpoch = firstEpochOf(choice.fromFirst, facts.lastWhole);
  const panels = useMemo(
    () => (result?.values[0]?.layer === index ? channelPanels(result, { classes, firstEpoch, cursorEpoch, dead }) : []),
    [result, index, classes, firstEpoch, cursorEpoch, deadOf],
  );
  return { layer, asked, page, setPage, panels };
}

/** Only where there is an epoch 1 to begin at. */
export function firstEpochOf(fromFirst: boolean, lastWhole: number): number {
  return fromFirst && lastWhole >= 1 ? 1 : 0;
}

function Classes({ facts, classes, onClassPage }: ChannelsProps): VNode {
  return (
    <span class="class-names" aria-label="Colours of the classes">
      {onClassPage && <PageButton label="Earlier classes" text="‹" onClick={() => onClassPage(-1)} />}
      {classes.map((index) => (
        <b key={index} class={classTone(index)}>
          {shortWords(facts.classNames[index], 18)}
        </b>
      ))}
      {onClassPage && <PageButton label="Later classes" text="›" onClick={() => onClassPage(1)} />}
    </span>
  );
}

export function PageButton(props: { label: string; text: string; disabled?: boolean; onClick: () => void }): VNode {
  return (
    <button class="page" aria-label={props.label} title={props.label} disabled={props.disabled} onClick={props.onClick}>
      {props.text}
    </button>
  );
}

type SideProps = ChannelsProps & { readonly side: Side };

function LayerDropdown({ facts, choice, onChoice, which }: ChannelsProps & { which: 'left' | 'right' }): VNode {
  const choose = (value: string): void => {
    const index = Number(value);
    const wasInFull = choice.layer === choice[which];
    onChoice(wasInFull ? { [which]: index, layer: index, channel: 0 } : { [which]: index });
  };
  return (
    <Dropdown
      label={which === 'left' ? 'Left layer' : 'Right layer'}
      value={String(choice[which])}
      options={mappedLayers(facts.layers).map(({ index, name }) => ({
        value: String(index),
        text: shortWords(name, 30),
      }))}
      onChange={choose}
    />
  );
}

/** Where the layer's line is, and the pages of its channels. */
function SideFoot({ viewer, side }: SideProps): VNode {
  const { layer, page } = side;
  const pages = Math.ceil(layer.channelCount / PAGE);
  const source = sourceWords(layer);
  return (
    <>
      {source !== null && (
        <button class="link" onClick={() => void viewer.openSource(layer.index)}>
          {source}
        </button>
      )}
      {pages > 1 && (
        <span class="pages">
          <PageButton label="Earlier channels" text="‹" disabled={page === 0} onClick={() => side.setPage(page - 1)} />
          channels {page * PAGE}–{Math.min(layer.channelCount, (page + 1) * PAGE) - 1} of{' '}
          {countWords(layer.channelCount)}
          <PageButton
            label="Later channels"
            text="›"
            disabled={page >= pages - 1}
            onClick={() => side.setPage(page + 1)}
          />
        </span>
      )}
    </>
  );
}

function Boxes(props: SideProps & { ceiling: number; columns: number }): VNode {
  const { viewer, facts, choice, onChoice, side, ceiling, columns } = props;
  const epochs = useMemo(
    () => [firstEpochOf(choice.fromFirst, facts.lastWhole), epochDomain(facts)[1]] as const,
    [facts, choice.fromFirst],
  );
  return (
    <ChartFrame<IntraResult>
      title={shortWords(side.layer.name, 40)}
      answer={side.asked.value}
      invitation=""
      finding={() =>
        `layer ${side.layer.index} · ${plural(side.layer.channelCount, 'channel')} of ${side.layer.mapShape.join(' × ')}`
      }
      caption={() => <SideFoot {...props} />}
      captionBelow
      csv={(result) => csvOf(result, facts.layers)}
      fileName={fileName(facts, `channel-entropies-${side.layer.name}`)}
      onSave={(file) => void viewer.save(file)}
      onRetry={side.asked.retry}
      draw={() => (
        <SmallMultiples
          panels={side.panels}
          panelHeight={94}
          minPanelWidth={62}
          gap={20}
          maxColumns={columns}
          epochs={epochs}
          ceiling={ceiling}
          cursorEpoch={viewer.cursorEpoch.value}
          thumbnails={NO_THUMBNAILS}
          description={`Entropy over epochs of the channels of ${side.layer.name}`}
          chosen={choice.layer === side.layer.index ? String(choice.channel) : null}
          onPanel={(id) => onChoice({ layer: side.layer.index, channel: Number(id) })}
        />
      )}
    />
  );
}

function captionOf(sampleCount: number, result: IntraResult | null): string {
  const shaded =
    'Grey bands: every map of the channel is constant at that epoch. Blue numbers: all inputs at the chosen epoch.';
  if (!result) return shaded;
  const range = result.range === 'map' ? 'each map’s own range' : 'the channel’s range over the epoch’s probes';
  return `N = ${countWords(sampleCount)} probes; plug-in, ${result.bins} equal bins over ${range}, 0 to ${Math.round(100 * Math.log2(result.bins)) / 100} bits, from recorded ${result.computedFrom}. ${shaded}`;
}
