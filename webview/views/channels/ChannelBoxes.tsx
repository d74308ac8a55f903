/** Two layers side by side: entropy over epochs, a box a channel and one line per class, all on one scale. */
import type { VNode } from 'preact';
import { useMemo, useRef } from 'preact/hooks';
import type { IntraResult } from '../../../src/protocol/measure.js';
import { Checkbox, Dropdown } from '../../controls/controls.js';
import { layerLabel } from '../../text/layerLabel.js';
import { countWords, shortWords } from '../../text/words.js';
import { latest } from '../../state/loadable.js';
import { ceilingOf, classTone } from './channelPanels.js';
import { mappedLayers } from './channelQuestions.js';
import { ChannelSide } from './ChannelSide.js';
import type { ChannelsProps } from './ChannelsView.js';
import { useSide } from './useSide.js';

export function ChannelBoxes(props: ChannelsProps): VNode {
  const { choice, facts } = props;
  const left = useSide(props, choice.left);
  const right = useSide(props, choice.right);
  const sides = choice.left === choice.right ? [left] : [left, right];
  const answer = latest(right.blocks.value) ?? latest(left.blocks.value);
  const possible = Math.round(100 * Math.log2(answer?.bins ?? 32)) / 100;
  const inSight = useMemo(
    () => ceilingOf([...left.courses, ...right.courses], possible),
    [left.courses, right.courses, possible],
  );
  const ceiling = useCeiling(inSight, `${choice.left} ${choice.right} ${choice.fromFirst}`);
  const columns = sides.map(({ layer }) => Math.max(4, Math.min(8, Math.ceil(layer.channelCount / 4))));
  return (
    <section class="channel-boxes" aria-label="Map entropy over epochs">
      <div class="section-head">
        <h2>Map entropy over epochs</h2>
        <LayerDropdown {...props} which="left" />
        <span class="quiet">and</span>
        <LayerDropdown {...props} which="right" />
        <p>bits, mean over the inputs of a class; one box per channel, one line per class, same scale for all</p>
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
            <ChannelSide {...props} side={side} ceiling={ceiling} columns={columns[i]} />
          </div>
        ))}
      </div>
      <p class="chart-caption">{captionOf(facts.sampleCount, answer)}</p>
    </section>
  );
}

/** The axis does not shrink while one scrolls: it is the largest that was in sight. */
function useCeiling(now: number, of: string): number {
  const largest = useRef({ of, value: now });
  if (largest.current.of !== of) largest.current = { of, value: now };
  largest.current.value = Math.max(largest.current.value, now);
  return largest.current.value;
}

function Classes({ facts, classes, onClassPage }: ChannelsProps): VNode {
  return (
    <span class="class-names" aria-label="Class colours">
      {onClassPage && <PageButton label="Previous classes" text="‹" onClick={() => onClassPage(-1)} />}
      {classes.map((index) => (
        <b key={index} class={classTone(index)}>
          {shortWords(facts.classNames[index], 18)}
        </b>
      ))}
      {onClassPage && <PageButton label="Next classes" text="›" onClick={() => onClassPage(1)} />}
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
      options={mappedLayers(facts.layers).map((layer) => ({
        value: String(layer.index),
        text: shortWords(layerLabel(layer), 30),
      }))}
      onChange={choose}
    />
  );
}

function captionOf(sampleCount: number, result: IntraResult | null): string {
  const shaded =
    'Grey bands: dead at that epoch (max − min ≤ 10⁻⁶ of the layer’s range); bars at the top: saturated (99 % of values at a bound). Blue numbers: all inputs at the chosen epoch.';
  if (!result) return shaded;
  const range = result.range === 'map' ? 'each map’s own range' : 'the channel’s range over the epoch’s probes';
  return `Intra-sample entropy, N = ${countWords(sampleCount)} probes; plug-in, ${result.bins} equal bins over ${range}, 0 to ${Math.round(100 * Math.log2(result.bins)) / 100} bits, from recorded ${result.computedFrom}. ${shaded}`;
}
