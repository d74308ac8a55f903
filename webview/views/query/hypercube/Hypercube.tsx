/**
 * The hypercube with the chosen block in it. Grips on the block change X and C, dragging along the slabs
 * changes L, the film below changes T.
 */
import type { VNode } from 'preact';
import { useRef, useState } from 'preact/hooks';
import { channelBands } from '../../../selection/terms.js';
import { allOf, indicesOf, isAll, type Bands } from '../../../selection/bands.js';
import { clicked, dragged, type Grab } from '../../../selection/drag.js';
import type { RunFacts } from '../../../state/facts.js';
import { useDrag, type DragPoint } from '../../../hooks/useDrag.js';
import { useSize } from '../../../hooks/useSize.js';
import { rowsOrAll, type Slice, type SliceChange } from '../slice.js';
import { EpochFilm } from './EpochFilm.js';
import { slabAt, slabMarks, unproject, type Grip, type Slab, type SlabMarks } from './slabs.js';
import { SlabWords } from './SlabWords.js';

export interface HypercubeProps {
  readonly facts: RunFacts;
  readonly slice: Slice;
  readonly cursorEpoch: number;
  readonly change: SliceChange;
  readonly onEpoch: (epoch: number) => void;
}

const HEIGHT = 222;

export function Hypercube(props: HypercubeProps): VNode {
  const place = useRef<HTMLDivElement>(null);
  const { width } = useSize(place);
  return (
    <section class="hypercube" aria-label="Hypercube">
      <div class="section-head">
        <h2>Hypercube</h2>
        <p>dCNN(X, L, C, T) at t = {props.cursorEpoch}</p>
      </div>
      <div ref={place}>{width > 0 && <Slabs {...props} width={width} />}</div>
      <EpochFilm {...props} />
    </section>
  );
}

interface Held {
  readonly grab: Grab;
  readonly side: Grip['side'] | 'layers' | 'block';
  readonly slab: Slab;
  readonly from: { readonly row: number; readonly channel: number };
  readonly rows: Bands;
  readonly channels: Bands;
}

function Slabs({ facts, slice, change, width }: HypercubeProps & { width: number }): VNode {
  const svg = useRef<SVGSVGElement>(null);
  const held = useRef<Held | null>(null);
  const [hovered, setHovered] = useState<number | null>(null);
  const marks = slabMarks({
    width,
    height: HEIGHT,
    channelCounts: facts.layers.map((layer) => layer.channelCount),
    rowCount: slice.rowCount,
    layers: slice.layers,
    rows: slice.rows,
    channels: (count) =>
      isAll(slice.channels, slice.layer.channelCount)
        ? allOf(count)
        : channelBands({ kind: 'ranges', ranges: slice.channels }, count),
  });
  const place = (slab: Slab, at: DragPoint): { row: number; channel: number } =>
    unproject(slab, at, facts.layers[slab.layer].channelCount, slice.rowCount);

  useDrag(svg, {
    start(at) {
      const holding = takeHold(marks, slice, at, place);
      held.current = holding;
      return holding !== null;
    },
    move(at) {
      const now = held.current;
      if (!now) return;
      if (now.side === 'layers') {
        const slab = slabAt(marks, at);
        if (slab) change.layers(dragged(slice.layers, now.grab, now.slab.layer, slab.layer, facts.layers.length));
        return;
      }
      const to = place(now.slab, at);
      const onRows = now.side.startsWith('row') || now.side === 'block';
      const onChannels = now.side.startsWith('channel') || now.side === 'block';
      if (onRows) change.rows(dragged(now.rows, now.grab, now.from.row, to.row, slice.rowCount));
      if (onChannels)
        change.channels(dragged(now.channels, now.grab, now.from.channel, to.channel, slice.layer.channelCount));
    },
    end(at, moved) {
      const now = held.current;
      if (!now || moved || now.side !== 'layers') return;
      change.layers(
        clicked(slice.layers, now.slab.layer, facts.layers.length, {
          add: at.ctrl,
          extend: at.shift,
          anchor: slice.layers[0]?.[0] ?? null,
        }),
      );
    },
  });

  return (
    <svg
      ref={svg}
      class="slabs"
      width={width}
      height={HEIGHT}
      role="img"
      aria-label={`One slab per layer; chosen: ${indicesOf(slice.layers)
        .map((index) => facts.layers[index].name)
        .join(', ')}`}
      onPointerMove={(event) => setHovered(slabAt(marks, { x: event.offsetX, y: event.offsetY })?.layer ?? null)}
      onPointerLeave={() => setHovered(null)}
    >
      {marks.slabs.map((slab) => (
        <g key={slab.layer} class={`slab ${slab.chosen ? 'chosen' : ''} ${slab.layer === hovered ? 'hovered' : ''}`}>
          <path class="slab-face" d={slab.outline}>
            <title>
              {slab.layer} {facts.layers[slab.layer].name}
            </title>
          </path>
          <path class="slab-grid" d={slab.grid} />
          {slab.blocks.map((block) => (
            <path key={block.path} class="slab-block" d={block.path} fill-opacity={block.opacity} />
          ))}
        </g>
      ))}
      <SlabWords marks={marks} facts={facts} slice={slice} hovered={hovered} />
      {marks.grips.map((grip) => (
        <circle key={grip.side} class={`grip ${grip.side}`} cx={grip.x} cy={grip.y} r={3.5} />
      ))}
    </svg>
  );
}

const GRIP_REACH = 8;

/** A grip, the inside of the block, or a slab: whichever the press is on. */
function takeHold(
  marks: SlabMarks,
  slice: Slice,
  at: DragPoint,
  place: (slab: Slab, at: DragPoint) => { row: number; channel: number },
): Held | null {
  const rows = rowsOrAll(slice);
  const common = { rows, channels: slice.channels };
  const grip = nearestGrip(marks.grips, at);
  if (grip) {
    const slab = marks.slabs[grip.layer];
    const grab: Grab =
      grip.side === 'row'
        ? { kind: 'move', band: 0 }
        : { kind: 'edge', band: 0, side: grip.side.endsWith('from') ? 'from' : 'to' };
    return { grab, side: grip.side, slab, from: place(slab, at), ...common };
  }
  const slab = slabAt(marks, at);
  if (!slab) return null;
  if (slab.chosen && slab.layer === slice.layer.index && !at.ctrl && !at.shift) {
    return { grab: { kind: 'sweep', additive: false }, side: 'block', slab, from: place(slab, at), ...common };
  }
  return { grab: { kind: 'sweep', additive: at.ctrl }, side: 'layers', slab, from: place(slab, at), ...common };
}

function nearestGrip(grips: readonly Grip[], at: DragPoint): Grip | undefined {
  const distance = (grip: Grip): number => Math.hypot(grip.x - at.x, grip.y - at.y);
  return grips.filter((grip) => distance(grip) <= GRIP_REACH).sort((a, b) => distance(a) - distance(b))[0];
}
