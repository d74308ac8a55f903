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
import { useDrag, type DragPoint } from '../../../shell/useDrag.js';
import { useSize } from '../../../shell/useSize.js';
import { shortWords } from '../../../shell/words.js';
import { rowsOrAll, type Slice } from '../slice.js';
import { EpochFilm } from './EpochFilm.js';
import { project, slabAt, slabLabels, slabMarks, unproject, type Grip, type Slab, type SlabMarks } from './slabs.js';

export interface SliceChange {
  readonly rows: (bands: Bands) => void;
  readonly layers: (bands: Bands) => void;
  readonly channels: (bands: Bands) => void;
  readonly epochs: (bands: Bands) => void;
}

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
      aria-label={`One slab a layer; chosen: ${indicesOf(slice.layers)
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

function SlabWords({
  marks,
  facts,
  slice,
  hovered,
}: {
  marks: SlabMarks;
  facts: RunFacts;
  slice: Slice;
  hovered: number | null;
}): VNode {
  const first = marks.slabs[0];
  const shown = marks.slabs.find((slab) => slab.layer === hovered) ?? marks.slabs[slice.layer.index];
  const top = project(shown, 0.5, 0);
  const name = shortWords(facts.layers[shown.layer].name, 34);
  const axisX = first.origin.x - 12;
  return (
    <g>
      <line class="axis" x1={axisX} x2={axisX} y1={first.origin.y} y2={first.origin.y + first.rise} />
      <text class="tick end" x={axisX - 4} y={first.origin.y + 8}>
        0
      </text>
      <text class="tick end" x={axisX - 4} y={first.origin.y + first.rise}>
        {slice.rowCount - 1}
      </text>
      <text class="axis-letter" x={0} y={first.origin.y + first.rise / 2}>
        X
      </text>
      <text class="axis-word" x={0} y={first.origin.y + first.rise / 2 + 13}>
        {facts.classCount > 0 ? 'label' : 'probe'}
      </text>
      <text x={0} y={first.origin.y + first.rise + 30}>
        <tspan class="axis-letter">L</tspan>
        <tspan class="axis-word" dx={4}>
          layer
        </tspan>
      </text>
      <text class="end" x={marks.spec.width - 4} y={12}>
        <tspan class="axis-letter">C</tspan>
        <tspan class="axis-word" dx={5}>
          channels, slab width on a log scale
        </tspan>
      </text>
      <text
        class="slab-name middle"
        x={clampX(top.x, marks.spec.width, 3.5 * name.length)}
        y={shown.origin.y + shown.depth.y - 7}
      >
        {name}
      </text>
      {shown.chosen && <BlockWords slab={shown} facts={facts} slice={slice} />}
      {slabLabels(marks).map((label) => (
        <text key={label.text} class={`tick middle ${label.chosen ? 'accent' : ''}`} x={label.x} y={label.y}>
          {label.text}
        </text>
      ))}
    </g>
  );
}

/** The ends of the chosen slab's channels, and what the first block in it holds. */
function BlockWords({ slab, facts, slice }: { slab: Slab; facts: RunFacts; slice: Slice }): VNode {
  const count = facts.layers[slab.layer].channelCount;
  const row = slice.rows?.[0];
  const channel = slice.channels[0];
  const own = slab.layer === slice.layer.index && row !== undefined && channel !== undefined;
  const middle = own ? (row[0] + row[1] + 1) / 2 / slice.rowCount : 0;
  const left = project(slab, 0, middle);
  const right = project(slab, own ? (channel[1] + 1) / count : 1, middle);
  const crowded = own && middle * slab.rise < 14;
  return (
    <g>
      {!crowded && (
        <text class="tick accent end" x={slab.origin.x - 4} y={slab.origin.y + 2}>
          0
        </text>
      )}
      <text class="tick accent" x={slab.origin.x + slab.depth.x + 4} y={slab.origin.y + slab.depth.y + 8}>
        {count - 1}
      </text>
      {own && row[1] - row[0] + 1 < slice.rowCount && (
        <text class="block-words end" x={left.x - 7} y={left.y + 3.5}>
          {rangeWords(row)}
        </text>
      )}
      {own && channel[1] - channel[0] + 1 < count && (
        <text class="block-words" x={right.x + 7} y={right.y - 3}>
          {rangeWords(channel)}
        </text>
      )}
    </g>
  );
}

function rangeWords([from, to]: readonly [number, number]): string {
  return from === to ? String(from) : `${from}–${to}`;
}

/** Keeps a centred text of about `half` pixels to each side inside the picture. */
function clampX(x: number, width: number, half: number): number {
  return Math.max(half, Math.min(width - half, x));
}
