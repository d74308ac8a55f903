/** One cluster: a card that is focused, chosen and dropped on; what is in it is painted when it comes into sight. */
import type { VNode } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { canvasBrush } from '../../marks/brush.js';
import { CARD_HEAD } from './cardSizes.js';
import type { NetworkColours } from './networkColours.js';
import { paintCard, type CardContent } from './paintCard.js';

export interface ClusterCardProps {
  readonly id: string;
  readonly title: string;
  readonly count: string;
  readonly label: string;
  readonly content: CardContent;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  /** Names of pinned classes that it answers most. */
  readonly pinned: string | null;
  readonly chosen: boolean;
  readonly faint: boolean;
  /** The one card that Tab comes to. */
  readonly current: boolean;
  readonly colours: NetworkColours;
  readonly onDrop: (channel: string) => void;
}

/** What is dragged: "layer channel". */
export const CHANNEL_TYPE = 'application/x-cnnslicer-channel';

export function ClusterCard(props: ClusterCardProps): VNode {
  const { content, x, y, width, height, chosen, faint, colours } = props;
  const canvas = useRef<HTMLCanvasElement>(null);
  const head = content.kind === 'plain' || content.kind === 'bare' ? CARD_HEAD : 0;
  useEffect(
    () => whenInSight(canvas.current, (target) => paint(target, content, width - 2, height - head - 2, colours)),
    [content, width, height, head, colours],
  );
  const onDrop = (event: DragEvent): void => {
    const channel = event.dataTransfer?.getData(CHANNEL_TYPE);
    (event.currentTarget as HTMLElement).classList.remove('target');
    if (!channel) return;
    event.preventDefault();
    props.onDrop(channel);
  };
  const onOver = (event: DragEvent): void => {
    if (!event.dataTransfer?.types.includes(CHANNEL_TYPE)) return;
    event.preventDefault();
    (event.currentTarget as HTMLElement).classList.add('target');
  };
  return (
    <div
      class={`network-card ${content.kind}${chosen ? ' chosen' : ''}${faint ? ' faint' : ''}`}
      style={{ left: `${x}px`, top: `${y}px`, width: `${width}px`, height: `${height}px` }}
      data-key={props.id}
      role="button"
      tabindex={props.current ? 0 : -1}
      aria-pressed={chosen}
      aria-label={props.label}
      onDragOver={onOver}
      onDragLeave={(event) => (event.currentTarget as HTMLElement).classList.remove('target')}
      onDrop={onDrop}
    >
      {head > 0 && (
        <div class="network-card-head">
          <b>{props.title}</b> {props.count}
          {props.pinned && <span class="network-pinned"> · {props.pinned}</span>}
        </div>
      )}
      <canvas ref={canvas} aria-hidden="true" />
      {content.kind === 'unit' && <span class="network-unit-name">{props.title}</span>}
    </div>
  );
}

function paint(
  canvas: HTMLCanvasElement,
  content: CardContent,
  width: number,
  height: number,
  colours: NetworkColours,
): void {
  const scale = Math.max(1, devicePixelRatio);
  canvas.width = Math.max(1, Math.round(width * scale));
  canvas.height = Math.max(1, Math.round(height * scale));
  canvas.style.width = `${width}px`;
  canvas.style.height = `${height}px`;
  const context = canvas.getContext('2d');
  if (!context) return;
  context.scale(scale, scale);
  paintCard(canvasBrush(context, colours.font), content, 0, 0, width, colours);
}

/** Once the element comes near what is in sight; at once where nobody can tell. */
function whenInSight(
  target: HTMLCanvasElement | null,
  then: (target: HTMLCanvasElement) => void,
): (() => void) | undefined {
  if (!target) return undefined;
  const observer = new IntersectionObserver(
    (entries) => {
      if (!entries.some(({ isIntersecting }) => isIntersecting)) return;
      observer.disconnect();
      then(target);
    },
    { rootMargin: '200px' },
  );
  observer.observe(target);
  return () => observer.disconnect();
}
