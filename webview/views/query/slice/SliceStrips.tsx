/** The four strips X, L, C and T with what they hold: mean inputs, layers, mean maps, accuracy. */
import type { VNode } from 'preact';
import type { MetricsResult } from '../../../../src/protocol/measure.js';
import type { Query } from '../../../../src/protocol/query.js';
import type { PictureStack } from '../../../../src/protocol/viewer.js';
import { indicesOf, isAll, sizeOf } from '../../../selection/bands.js';
import type { RunFacts } from '../../../state/facts.js';
import { latest, type Loadable } from '../../../state/loadable.js';
import { layerLabel } from '../../../text/layerLabel.js';
import { fitText } from '../../../text/fitText.js';
import { countWords, plural } from '../../../text/words.js';
import { channelWords } from '../network/layerWords.js';
import { termText, type Slice, type SliceChange } from '../slice.js';
import { epochBars, type EpochBars } from './epochBars.js';
import { Picture } from './Picture.js';
import { sampleNote, wasNotRead } from './sliceNotes.js';
import { Strip } from './Strip.js';

export interface SliceStripsProps {
  readonly facts: RunFacts;
  readonly slice: Slice;
  readonly query: Query;
  readonly change: SliceChange;
  readonly classMeans: Loadable<PictureStack>;
  readonly channelMeans: Loadable<PictureStack>;
  readonly metrics: MetricsResult | null;
  /** Classes that stand out in all views. */
  readonly pinned: readonly number[];
  readonly cursorEpoch: number;
  readonly onEpoch: (epoch: number) => void;
  readonly onAsk: () => void;
  /** Asks again for the mean pictures that could not be read. */
  readonly onRetry: () => void;
}

export function SliceStrips(props: SliceStripsProps): VNode {
  return (
    <section class="slice" aria-label="Slice">
      <div class="section-head">
        <h2>Slice</h2>
        <p>
          Drag an edge or a band, Ctrl-click to add, double-click to select all. The strips, the hypercube, the network
          and the query stay in sync.
        </p>
      </div>
      <SampleStrip {...props} />
      <LayerStrip {...props} />
      <ChannelStrip {...props} />
      <EpochStrip {...props} />
    </section>
  );
}

function SampleStrip({ facts, slice, query, change, classMeans, pinned, onAsk, onRetry }: SliceStripsProps): VNode {
  const means = latest(classMeans);
  const byClass = facts.classCount > 0;
  const named = facts.classNames.some((name, index) => name !== String(index));
  const n = (index: number): number | undefined => means?.n[index];
  const weight = (index: number): number => (byClass ? (n(index) ?? 0) : 1);
  const all = slice.rows !== null && isAll(slice.rows, slice.rowCount);
  const counted = indicesOf(slice.rows ?? []).reduce((sum, index) => sum + weight(index), 0);
  const chosen = all ? facts.sampleCount : byClass && !means ? null : counted;
  const failed = wasNotRead(classMeans, 'unsupported');
  const nameOf = (index: number): string =>
    `label ${index} ${named ? facts.classNames[index] : ''}, n ${n(index) ?? 'unknown'}${pinned.includes(index) ? ', pinned' : ''}`;
  return (
    <Strip
      letter="X"
      word="inputs"
      count={slice.rowCount}
      bands={slice.rows}
      height={!byClass ? 36 : named ? 66 : 54}
      minCell={byClass ? (named ? 66 : 52) : 3}
      thins={!byClass}
      cellName={(index) => (byClass ? nameOf(index) : `probe ${index}`)}
      cell={(index) =>
        byClass && <ClassCell index={index} n={n(index)} name={named ? facts.classNames[index] : null} stack={means} />
      }
      cellClass={(index) => `${n(index) === 0 ? 'without' : ''} ${byClass && pinned.includes(index) ? 'pinned' : ''}`}
      term={termText(query, 'samples')}
      notes={[
        slice.rows === null ? 'selected by a condition' : sampleNote(query, chosen, facts.sampleCount),
        ...(failed ? ['could not be read'] : []),
      ]}
      onRetry={failed ? onRetry : undefined}
      onChange={change.rows}
      onEnter={onAsk}
    />
  );
}

/** The mean input of a class; a class with a name of its own gets a second line. */
function ClassCell(props: {
  index: number;
  n: number | undefined;
  name: string | null;
  stack: PictureStack | null;
}): VNode {
  const { index, n, name, stack } = props;
  const count = n === undefined ? '' : `n\u00a0${countWords(n)}`;
  return (
    <>
      <span class="cell-picture">
        {stack && index < stack.count && <Picture stack={stack} index={index} range="own" ink="--c-text" size={30} />}
      </span>
      <span class="cell-words" title={name ?? undefined}>
        <b>{index}</b> {name ?? count}
      </span>
      {name !== null && <span class="cell-words">{count}</span>}
    </>
  );
}

function LayerStrip({ facts, slice, query, change, onAsk }: SliceStripsProps): VNode {
  const count = facts.layers.length;
  const chosen = sizeOf(slice.layers);
  return (
    <Strip
      letter="L"
      word="layers"
      count={count}
      bands={slice.layers}
      height={46}
      minCell={48}
      cellName={(index) => `${layerLabel(facts.layers[index])} ${channelWords(facts.layers[index])}, layer ${index}`}
      cell={(index, _chosen, width) => (
        <>
          <span class="cell-name" title={facts.layers[index].name}>
            {fitText(layerLabel(facts.layers[index]), width - 5, '400 11px')}
          </span>{' '}
          <span class="cell-words">{channelWords(facts.layers[index])}</span>
        </>
      )}
      term={termText(query, 'layers')}
      notes={[chosen === 1 ? `layer ${slice.layer.index} of 0–${count - 1}` : `${chosen} of ${count}, each alone`]}
      onChange={change.layers}
      onEnter={onAsk}
    />
  );
}

function ChannelStrip({ slice, query, change, channelMeans, onAsk, onRetry }: SliceStripsProps): VNode {
  const { layer } = slice;
  const maps = layer.mapShape.length > 0;
  const stack = latest(channelMeans);
  const fits = stack !== null && stack.count === layer.channelCount;
  const unit = maps ? 'channel' : 'unit';
  const failed = wasNotRead(channelMeans, 'not-found');
  const all = isAll(slice.channels, layer.channelCount);
  const notes = [
    all ? `all ${plural(layer.channelCount, unit)}` : `${sizeOf(slice.channels)} of ${countWords(layer.channelCount)}`,
    failed
      ? 'could not be read'
      : channelMeans.state === 'failed'
        ? 'no maps recorded'
        : maps
          ? 'mean maps'
          : 'mean values',
  ];
  return (
    <Strip
      letter="C"
      word={maps ? 'channels' : 'units'}
      count={layer.channelCount}
      bands={slice.channels}
      height={56}
      minCell={40}
      cellName={(index) => `${unit} ${index} of ${layer.name}`}
      cell={(index, chosen, width) => (
        <>
          <span class="cell-picture">
            {fits && (
              <Picture
                stack={stack}
                index={index}
                range={maps ? 'own' : 'shared'}
                ink={chosen ? '--c-accent' : '--c-text'}
                size={Math.min(31, width - 6)}
              />
            )}
          </span>
          <span class="cell-words">{index}</span>
        </>
      )}
      term={termText(query, 'channels')}
      notes={notes}
      onRetry={failed ? onRetry : undefined}
      onChange={change.channels}
      onEnter={onAsk}
    />
  );
}

function EpochStrip({ facts, slice, query, change, metrics, cursorEpoch, onEpoch, onAsk }: SliceStripsProps): VNode {
  const bars = metrics ? epochBars(metrics) : null;
  const chosen = sizeOf(slice.epochs);
  const all = isAll(slice.epochs, facts.epochCount);
  return (
    <Strip
      letter="T"
      word="epochs"
      count={facts.epochCount}
      bands={slice.epochs}
      height={60}
      minCell={1}
      thins
      cellName={(index) => `epoch ${index}${barWords(bars, index)}${facts.whole.has(index) ? '' : ', not readable'}`}
      cellClass={(index) => `${facts.whole.has(index) ? '' : 'without'} ${index === cursorEpoch ? 'current' : ''}`}
      cell={(index, _chosen, width) => (
        <EpochCell index={index} width={width} bars={bars} last={facts.epochCount - 1} />
      )}
      term={termText(query, 'epochs')}
      notes={[
        all ? allEpochsWords(facts) : `${chosen} of ${plural(facts.epochCount, 'epoch')}`,
        ...(bars ? [`bars: ${bars.words}`] : []),
      ]}
      onChange={change.epochs}
      onVisit={(epoch) => facts.whole.has(epoch) && onEpoch(epoch)}
      onEnter={onAsk}
    />
  );
}

function allEpochsWords({ whole, epochCount }: RunFacts): string {
  return whole.size < epochCount ? `all; ${whole.size} of ${epochCount} recorded` : `all ${epochCount}, each alone`;
}

function barWords(bars: EpochBars | null, epoch: number): string {
  const bar = bars?.byEpoch.get(epoch);
  return bar ? `, ${bars?.words} ${bar.text}` : '';
}

const BAR_ROOM = 24;

function EpochCell({
  index,
  width,
  bars,
  last,
}: {
  index: number;
  width: number;
  bars: EpochBars | null;
  last: number;
}): VNode {
  const bar = bars?.byEpoch.get(index);
  const every = width >= 17 ? 1 : width >= 8 ? 5 : Math.ceil(last / 8 / 10) * 10;
  const ends = bar && (index === bars?.first || index === bars?.last) && width >= 3;
  return (
    <>
      <span class={`epoch-bar-room ${width < 6 ? 'dense' : ''}`}>
        {bar && <i class="epoch-bar" style={{ height: `${Math.max(1, bar.share * BAR_ROOM)}px` }} />}
        {ends && (
          <span
            class={`epoch-bar-text ${index === bars.first ? 'first' : 'last'}`}
            style={{ bottom: `${bar.share * BAR_ROOM + 1}px` }}
            data-text={bar.text}
          />
        )}
      </span>
      <span class="cell-words">{index % every === 0 ? index : ''}</span>
    </>
  );
}
