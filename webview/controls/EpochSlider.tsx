/** One slider over the epochs of a run, with play: a view has one, and all its charts follow it. */
import type { VNode } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { epochTicks } from '../marks/lineChart.js';
import { useDrag } from '../hooks/useDrag.js';
import { useSize } from '../hooks/useSize.js';
import { epochKey, playInterval } from './epochSteps.js';

export interface EpochSliderProps {
  readonly epoch: number;
  /** Epochs that can be shown, ascending; play steps through them. */
  readonly epochs: readonly number[];
  /** First and last epoch of the axis. */
  readonly domain: readonly [number, number];
  readonly onEpoch: (epoch: number) => void;
}

const HEIGHT = 28;
const INSET = 10;

export function EpochSlider({ epoch, epochs, domain, onEpoch }: EpochSliderProps): VNode {
  const [playing, setPlaying] = useState(false);
  usePlay(playing, { epoch, epochs, domain, onEpoch }, () => setPlaying(false));
  const toggle = (): void => {
    if (!playing && epoch >= (epochs.at(-1) ?? 0) && epochs.length > 1) onEpoch(epochs[0]);
    setPlaying(!playing);
  };
  return (
    <div class="epoch-slider">
      <button
        class="epoch-play"
        aria-label={playing ? 'Pause' : 'Play epochs'}
        title={`${playing ? 'Pause' : 'Play'} (space on the slider)`}
        disabled={epochs.length < 2}
        onClick={toggle}
      >
        <svg width={12} height={14} aria-hidden="true">
          <path d={playing ? 'M1,1h3.5v12h-3.5zM7.5,1h3.5v12h-3.5z' : 'M1,0.5L12,7L1,13.5z'} />
        </svg>
      </button>
      <span class="quiet">t</span>
      <Track
        {...{ epoch, epochs, domain, onEpoch, toggle }}
        grab={() => {
          setPlaying(false);
        }}
      />
      <output class="epoch-word">epoch {epoch}</output>
    </div>
  );
}

/** Steps while `playing`, and says when there is no further epoch. */
function usePlay(playing: boolean, { epoch, epochs, onEpoch }: EpochSliderProps, stop: () => void): void {
  useEffect(() => {
    if (!playing) return;
    const next = epochs.find((one) => one > epoch);
    if (next === undefined) {
      stop();
      return;
    }
    const timer = setTimeout(() => onEpoch(next), playInterval(epochs.length));
    return () => clearTimeout(timer);
  });
}

function Track(props: EpochSliderProps & { toggle: () => void; grab: () => void }): VNode {
  const place = useRef<HTMLDivElement>(null);
  const { width } = useSize(place);
  const [first, last] = props.domain;
  const room = Math.max(1, width - 2 * INSET);
  const xOf = (epoch: number): number => INSET + (room * (epoch - first)) / Math.max(1, last - first);
  const choose = ({ x }: { x: number }): void => {
    const at = Math.round(first + ((x - INSET) / room) * Math.max(1, last - first));
    props.onEpoch(Math.max(first, Math.min(last, at)));
  };
  useDrag(place, { start: (at) => (props.grab(), choose(at)), move: choose, end: () => undefined });
  const onKey = (event: KeyboardEvent): void => {
    if (event.key === ' ') props.toggle();
    const next = epochKey(event.key, props.epoch, props.domain);
    if (next !== null) props.onEpoch(next);
    if (next !== null || event.key === ' ') event.preventDefault();
  };
  const middle = HEIGHT / 2;
  return (
    <div
      class="epoch-track"
      ref={place}
      role="slider"
      tabindex={0}
      aria-label="Epoch"
      aria-valuemin={first}
      aria-valuemax={last}
      aria-valuenow={props.epoch}
      aria-valuetext={`epoch ${props.epoch}`}
      onKeyDown={onKey}
    >
      {width > 0 && (
        <svg width={width} height={HEIGHT} aria-hidden="true">
          <line class="epoch-line" x1={xOf(first)} x2={xOf(last)} y1={middle} y2={middle} />
          <path class="epoch-ticks" d={tickPath(props.epochs, [first, last], room, xOf, middle)} />
          <line class="epoch-done" x1={xOf(first)} x2={xOf(props.epoch)} y1={middle} y2={middle} />
          <circle class="epoch-knob" cx={xOf(props.epoch)} cy={middle} r={7} />
        </svg>
      )}
    </div>
  );
}

/** A short stroke for each epoch that is there where they have room, a longer one at round epochs. */
function tickPath(
  epochs: readonly number[],
  [first, last]: readonly [number, number],
  room: number,
  xOf: (epoch: number) => number,
  middle: number,
): string {
  const stroke = (epoch: number, half: number): string => `M${xOf(epoch).toFixed(1)},${middle - half}v${2 * half}`;
  const small = room / Math.max(1, last - first) >= 4 ? epochs.map((epoch) => stroke(epoch, 2.5)) : [];
  return [...small, ...epochTicks(first, last, room).map((epoch) => stroke(epoch, 4.5))].join('');
}
