/** Draws classes and their channels as circles: zoom by wheel, buttons and keys, a card for the circle in focus. */
import type { VNode } from 'preact';
import { useRef, useState } from 'preact/hooks';
import type { DiscGroup } from '../../marks/circlePacking.js';
import { useSize } from '../../hooks/useSize.js';
import { fitText } from '../../text/fitText.js';
import { classTone } from './channelPanels.js';
import { ChannelCard } from './ChannelCard.js';
import type { CirclePackingProps } from './circleProps.js';
import { CircleCanvas, circlesForFile } from './CircleCanvas.js';
import { circleKey, type Place } from './circleKeys.js';
import { useCircleZoom } from './circleZoom.js';
import { circleAt, writeCircles, type ZoomView } from './paintCircles.js';
import { usePacked } from './usePacked.js';

const HEIGHT = 440;

export function CirclePacking(props: CirclePackingProps): VNode {
  const place = useRef<HTMLDivElement>(null);
  const { width } = useSize(place);
  return (
    <div class="circle-packing" ref={place}>
      {width > 0 && <Drawing {...props} width={width} />}
    </div>
  );
}

function Drawing(props: CirclePackingProps & { width: number }): VNode {
  const { channels, chosen, width } = props;
  const svg = useRef<SVGSVGElement>(null);
  const [view, setView] = useState<ZoomView>({ x: 0, y: 0, k: 1 });
  const [focus, setFocus] = useState<Place | null>(null);
  const zoom = useCircleZoom(svg, [width, HEIGHT], setView);
  const { groups: packed, outlines } = usePacked({ ...props, height: HEIGHT });
  const canvas = { packed, outlines, chosen, view, width, height: HEIGHT };
  const discs = useRef<SVGGElement>(null);
  if (props.forFile) {
    props.forFile.current = () => {
      const group = discs.current;
      return group ? writeCircles(group, circlesForFile(group, canvas)) : () => undefined;
    };
  }
  const onKey = (event: KeyboardEvent): void => {
    if (event.key === 'Enter' && focus) props.onChannel(channels[focus.channel]);
    if (event.key === 'Escape') setFocus(null);
    if (event.key === 'Escape' || event.key === '0') zoom.to(null);
    if (event.key === '+' && focus && view.k === 1) zoom.to(packed[focus.group]);
    else if (event.key === '+' || event.key === '-') zoom.by(event.key === '+' ? 1.5 : 1 / 1.5);
    const next = circleKey(event.key, focus ?? { group: 0, channel: channels.indexOf(chosen) }, packed);
    if (next) setFocus(next);
    if (next || '+-0'.includes(event.key)) event.preventDefault();
  };
  const under = (event: MouseEvent) => {
    const box = svg.current?.getBoundingClientRect();
    return box ? circleAt(packed, view, [event.clientX - box.x, event.clientY - box.y]) : null;
  };
  const hover = (event: PointerEvent): void => {
    const at = under(event);
    const place = at?.channel == null ? null : { group: at.group, channel: at.channel };
    if (place?.group !== focus?.group || place?.channel !== focus?.channel) setFocus(place);
  };
  const press = (event: MouseEvent): void => {
    const at = under(event);
    if (at?.channel != null) props.onChannel(channels[at.channel]);
    else if (at) zoom.to(view.k > 1.05 ? null : packed[at.group]);
  };
  return (
    <>
      <svg
        ref={svg}
        width={width}
        height={HEIGHT}
        role="application"
        aria-label={`Classes and their channels at epoch ${props.epoch}: use the arrow keys to move between circles, Enter to select, plus and minus to zoom, 0 to show all`}
        aria-describedby={focus ? 'circle-in-focus' : undefined}
        tabindex={0}
        class={focus ? 'on-disc' : ''}
        onKeyDown={onKey}
        onPointerMove={hover}
        onPointerLeave={() => setFocus(null)}
        onClick={press}
      >
        <g transform={`translate(${view.x},${view.y}) scale(${view.k})`}>
          {packed.map((group) => (
            <Group
              key={group.id ?? 'all'}
              pinned={props.pinned}
              group={group}
              classNames={props.classNames}
              zoom={view.k}
            />
          ))}
          <g class="discs-for-file" ref={discs} />
        </g>
      </svg>
      <CircleCanvas {...canvas} />
      {focus && <FocusRing place={focus} packed={packed} view={view} />}
      <div class="zoom-buttons" role="group" aria-label="Zoom">
        <button class="page" aria-label="Zoom in" title="Zoom in (+)" onClick={() => zoom.by(1.5)}>
          +
        </button>
        <button class="page" aria-label="Zoom out" title="Zoom out (−)" onClick={() => zoom.by(1 / 1.5)}>
          −
        </button>
        {view.k > 1.01 && (
          <button class="link" onClick={() => zoom.to(null)}>
            show all
          </button>
        )}
      </div>
      {focus && packed[focus.group] && <ChannelCard props={props} place={focus} packed={packed} view={view} />}
    </>
  );
}

/** Width of "23.6 bits" beside a class's name. */
const SUM_ROOM = 46;

interface GroupProps extends Pick<CirclePackingProps, 'classNames' | 'pinned'> {
  readonly group: DiscGroup;
  readonly zoom: number;
}

/** A class: its circle and name; its channels are on the canvas above. */
function Group({ group, classNames, pinned, zoom }: GroupProps): VNode {
  const name = group.id === null ? 'all' : classNames[group.id];
  const isPinned = group.id !== null && pinned.includes(group.id);
  const tone = group.id === null ? 'everyone' : classTone(group.id);
  return (
    <g class={`disc-group ${tone} ${isPinned ? 'pinned' : ''}`}>
      <circle class="outer" cx={group.x} cy={group.y} r={group.r} stroke-width={(isPinned ? 4 : 2) / zoom} />
      <text
        class="disc-name middle"
        x={group.x}
        y={group.y - group.r - 5 / zoom}
        style={{ fontSize: `${11 / zoom}px` }}
      >
        <tspan class="disc-class">{fitText(name, Math.max(24, 2 * group.r * zoom - SUM_ROOM), '600 11px')}</tspan>
        <tspan class="disc-sum" dx={5 / zoom}>
          {group.sumBits.toFixed(1)} bits
        </tspan>
      </text>
    </g>
  );
}

/** An element of its own, so that moving it paints no circle anew. */
function FocusRing({ place, packed, view }: { place: Place; packed: readonly DiscGroup[]; view: ZoomView }) {
  const disc = packed[place.group]?.discs[place.channel];
  if (!disc) return null;
  const r = view.k * disc.r + 2.5;
  const [x, y] = [view.x + view.k * disc.x, view.y + view.k * disc.y];
  const size = `${2 * r}px`;
  return <div class="disc-focus" style={{ left: `${x - r}px`, top: `${y - r}px`, width: size, height: size }} />;
}
