/** Draws the information plane; the epoch slider of the view animates it. */
import { interpolateViridis } from 'd3';
import type { VNode } from 'preact';
import { useMemo, useRef } from 'preact/hooks';
import { planeMarks } from '../../marks/informationPlane.js';
import type { PlaneFrame } from '../../marks/planeFrame.js';
import type { PlaneInset } from '../../marks/planeInset.js';
import { useSize } from '../../hooks/useSize.js';
import type { ViewProps } from '../views.js';
import type { Course } from './courses.js';

export interface InformationPlaneProps extends ViewProps {
  readonly courses: readonly Course[];
  readonly epochs: readonly [number, number];
  readonly epoch: number;
}

export function InformationPlane(props: InformationPlaneProps): VNode {
  const place = useRef<HTMLDivElement>(null);
  const { width } = useSize(place);
  return (
    <div class="plane" ref={place}>
      {width > 0 && <Drawing {...props} width={width} />}
    </div>
  );
}

const MOST_HEIGHT = 360;
const FOOT = 30;

function Drawing(props: InformationPlaneProps & { width: number }): VNode {
  const { courses, epochs, epoch, width } = props;
  const height = Math.min(MOST_HEIGHT, Math.max(240, width * 0.85));
  const paths = useMemo(() => courses.map(pathOf), [courses]);
  const yCeiling = Math.max(0, ...courses.map(({ labelCeiling }) => labelCeiling ?? 0));
  const xCeiling = Math.max(0, ...courses.map(({ inputCeiling }) => inputCeiling));
  const marks = useMemo(
    () => planeMarks({ paths, width, height, foot: FOOT, xCeiling, yCeiling, cursorEpoch: epoch }),
    [paths, width, height, xCeiling, yCeiling, epoch],
  );
  const { plot } = marks.main;
  const [right, bottom] = [plot.x + plot.width, plot.y + plot.height];
  // The ends of viridis are lost on a dark and on a light page.
  const colour = (at: number): string =>
    interpolateViridis(0.2 + (0.75 * (at - epochs[0])) / Math.max(1, epochs[1] - epochs[0]));
  const inset = marks.inset;
  return (
    <svg
      width={width}
      height={inset?.isBelow ? inset.plot.y + inset.plot.height + 4 : height + FOOT}
      role="img"
      aria-label={`Information plane at epoch ${epoch}: ${planeWords(courses, epoch)}`}
    >
      {marks.xTicks.map(({ at, text }) => (
        <g key={text}>
          <line class="grid" x1={at} x2={at} y1={plot.y} y2={bottom} />
          <text class="tick middle" x={at} y={bottom + 14}>
            {text}
          </text>
        </g>
      ))}
      {marks.yTicks.map(({ at, text }) => (
        <g key={text}>
          <line class="grid" x1={plot.x} x2={right} y1={at} y2={at} />
          <text class="tick end" x={plot.x - 6} y={at + 3.5}>
            {text}
          </text>
        </g>
      ))}
      {marks.yCeiling !== null && (
        <>
          <line class="ceiling" x1={plot.x} x2={right} y1={marks.yCeiling} y2={marks.yCeiling} />
          <text class="tick" x={plot.x + 4} y={marks.yCeiling - 4}>
            H(Y)
          </text>
        </>
      )}
      {marks.xCeiling !== null && (
        <>
          <line class="ceiling" x1={marks.xCeiling} x2={marks.xCeiling} y1={plot.y} y2={bottom} />
          <text class="tick end" x={marks.xCeiling - 4} y={bottom - 5}>
            log₂ N
          </text>
        </>
      )}
      <Frame {...props} frame={marks.main} colour={colour} />
      {inset && (
        <g class="plane-inset">
          {!inset.isBelow && <path class="plane-tie" d={tiePath(inset.source, inset.plot)} />}
          <rect class="plane-source" {...inset.source} />
          <rect class="plane-ground" {...inset.plot} />
          <Frame {...props} frame={inset} colour={colour} />
          <text class="tick" x={inset.plot.x + 6} y={inset.plot.y + inset.plot.height - 5}>
            {enlargedWords(inset)}
          </text>
        </g>
      )}
      <text class="axis-title end" x={right} y={bottom + 28}>
        I(T; X), bits
      </text>
      <text class="axis-title" x={0} y={10}>
        I(T; Y), bits
      </text>
      <EpochScale x={plot.x} y={bottom + 36} epochs={epochs} colour={colour} />
    </svg>
  );
}

function pathOf({ layer, name, points }: Course) {
  return {
    id: layer.index,
    name,
    points: points.flatMap(({ epoch, input, label }) =>
      input === null || label === null ? [] : [{ epoch, x: input, y: label }],
    ),
  };
}

interface FrameProps extends InformationPlaneProps {
  readonly frame: PlaneFrame;
  readonly colour: (epoch: number) => string;
}

function Frame({ viewer, frame, colour }: FrameProps): VNode {
  const chosen = viewer.selected.value.layer;
  return (
    <g>
      {frame.paths.map(({ id, segments, rest, first, dots, at }) => (
        <g key={id} class={`plane-path ${id === chosen ? 'chosen' : ''}`} onClick={() => viewer.select({ layer: id })}>
          {rest && <path class="plane-rest" d={rest} />}
          {segments.map(({ epoch, path }) => (
            <path key={epoch} class="plane-segment" d={path} stroke={colour(epoch)} />
          ))}
          {first && <circle class="plane-first" cx={first.x} cy={first.y} r={3} />}
          {dots.map((dot) => (
            <circle key={dot.epoch} cx={dot.x} cy={dot.y} r={2} fill={colour(dot.epoch)} />
          ))}
          <circle class="plane-at" cx={at.x} cy={at.y} r={4.2} fill={colour(at.epoch)} />
        </g>
      ))}
      {frame.labels.map(({ id, text, x, y, isLeft, leader }) => (
        <g key={id} class={`plane-label ${id === chosen ? 'chosen' : ''}`} onClick={() => viewer.select({ layer: id })}>
          {leader && <path class="plane-leader" d={leader} />}
          <text class={isLeft ? 'end' : ''} x={x} y={y}>
            {text}
          </text>
        </g>
      ))}
    </g>
  );
}

/** "the framed part, ×3.1 across, ×2.4 up" */
function enlargedWords({ factor, isBelow }: PlaneInset): string {
  const times = `×${factor.x.toFixed(1)} across, ×${factor.y.toFixed(1)} up`;
  return isBelow ? `the framed part, ${times}` : times;
}

interface Corners {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** From two corners of the part to those of what is enlarged, on the side that they face. */
function tiePath(from: Corners, to: Corners): string {
  const [a, b] = to.x > from.x ? [from.x + from.width, to.x] : [from.x, to.x + to.width];
  return `M${a},${from.y}L${b},${to.y}M${a},${from.y + from.height}L${b},${to.y + to.height}`;
}

const SCALE_WIDTH = 96;
const SCALE_STEPS = 24;

function EpochScale(props: {
  x: number;
  y: number;
  epochs: readonly [number, number];
  colour: (epoch: number) => string;
}): VNode {
  const { x, y, epochs, colour } = props;
  const [first, last] = epochs;
  const from = x + 62;
  return (
    <g>
      <text class="tick" x={x} y={y + 9}>
        epoch (○ {first})
      </text>
      {Array.from({ length: SCALE_STEPS }, (_, i) => (
        <rect
          key={i}
          x={from + 14 + (i * SCALE_WIDTH) / SCALE_STEPS}
          y={y}
          width={SCALE_WIDTH / SCALE_STEPS + 0.5}
          height={9}
          fill={colour(first + ((last - first) * i) / (SCALE_STEPS - 1))}
        />
      ))}
      <text class="tick end" x={from + 10} y={y + 9}>
        {first}
      </text>
      <text class="tick" x={from + SCALE_WIDTH + 19} y={y + 9}>
        {last}
      </text>
    </g>
  );
}

function planeWords(courses: readonly Course[], epoch: number): string {
  return courses
    .flatMap(({ name, points }) => {
      const point = points.findLast((one) => one.epoch <= epoch && one.input !== null && one.label !== null);
      return point ? [`${name} ${point.input?.toFixed(2)}, ${point.label?.toFixed(2)}`] : [];
    })
    .join('; ');
}
