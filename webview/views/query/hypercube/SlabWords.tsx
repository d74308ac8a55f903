/** The words round the slabs: what the axes are, the name of the slab in sight, and what the chosen block holds. */
import type { VNode } from 'preact';
import { layerLabel } from '../../../text/layerLabel.js';
import { shortWords } from '../../../text/words.js';
import type { RunFacts } from '../../../state/facts.js';
import type { Slice } from '../slice.js';
import { project, slabLabels, type Slab, type SlabMarks } from './slabs.js';

export function SlabWords({
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
  const name = shortWords(layerLabel(facts.layers[shown.layer]), 34);
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
