/**
 * Paints the circles of channels on a canvas: thousands of them in every frame of a zoom. Outlines are
 * kept as one path a colour, so that a frame gives the canvas a path a channel and nothing a circle.
 */
import { channelColour } from '../../marks/channelColour.js';
import type { Disc, DiscGroup } from '../../marks/circlePacking.js';

export interface ZoomView {
  readonly x: number;
  readonly y: number;
  readonly k: number;
}

/** Circles of one channel in all classes, in the units of the packing. */
export interface ChannelOutline {
  readonly channel: number;
  readonly outline: Path2D;
}

/** Adds outlines until there is one for each channel or `isOver`, asked after each; returns whether all are there. */
export function addOutlines(packed: readonly DiscGroup[], outlines: ChannelOutline[], isOver: () => boolean): boolean {
  const channels = packed[0]?.discs ?? [];
  while (outlines.length < channels.length) {
    const at = outlines.length;
    outlines.push({ channel: channels[at].channel, outline: channelOutline(packed, at) });
    if (isOver()) break;
  }
  return outlines.length === channels.length;
}

function channelOutline(packed: readonly DiscGroup[], at: number): Path2D {
  const outline = new Path2D();
  for (const { discs } of packed) {
    const { x, y, r } = discs[at];
    if (r <= 0) continue;
    outline.moveTo(x + r, y);
    outline.arc(x, y, r, 0, 2 * Math.PI);
  }
  return outline;
}

export interface CircleColours {
  readonly dark: boolean;
  readonly text: string;
  readonly page: string;
  readonly font: string;
}

export interface CirclesSpec {
  readonly packed: readonly DiscGroup[];
  readonly outlines: readonly ChannelOutline[];
  readonly chosen: number;
  readonly view: ZoomView;
  readonly width: number;
  readonly height: number;
  readonly colours: CircleColours;
  /** Left out while a zoom is under way: they cost more than all circles. */
  readonly numbers: boolean;
}

/** `scale`: pixels of the canvas a pixel of the page. */
export function paintCircles(paint: CanvasRenderingContext2D, spec: CirclesSpec, scale: number): void {
  const { view, colours, width, height } = spec;
  paint.setTransform(scale, 0, 0, scale, 0, 0);
  paint.clearRect(0, 0, width, height);
  paint.setTransform(scale * view.k, 0, 0, scale * view.k, scale * view.x, scale * view.y);
  for (const { channel, outline } of spec.outlines) {
    paint.fillStyle = channel === spec.chosen ? colours.text : colourOf(channel, colours.dark);
    paint.fill(outline);
  }
  if (spec.numbers && view.k > LEAST_ZOOM) paintNumbers(paint, spec, scale);
}

/** Numbers of channels are told where circles are zoomed, and only those that have room in them. */
const LEAST_ZOOM = 1.5;
const NUMBER_ROOM = 9;

function paintNumbers(paint: CanvasRenderingContext2D, spec: CirclesSpec, scale: number): void {
  const { view, colours } = spec;
  paint.setTransform(scale, 0, 0, scale, 0, 0);
  paint.font = colours.font;
  paint.textAlign = 'center';
  paint.textBaseline = 'middle';
  for (const { discs } of spec.packed) {
    for (const disc of discs) {
      if (disc.r * view.k < NUMBER_ROOM) continue;
      const [x, y] = [view.x + view.k * disc.x, view.y + view.k * disc.y];
      if (x < 0 || y < 0 || x > spec.width || y > spec.height) continue;
      // Pastels are light in the light theme and middling in the dark one: text stands on both.
      paint.fillStyle = disc.channel === spec.chosen ? colours.page : colours.text;
      paint.fillText(String(disc.channel), x, y);
    }
  }
}

const colourCache = new Map<string, string>();

function colourOf(channel: number, dark: boolean): string {
  const key = `${dark ? 'd' : 'l'}${channel}`;
  const known = colourCache.get(key) ?? channelColour(channel, dark);
  colourCache.set(key, known);
  return known;
}

/** What lies under a point of the page: a channel's circle, a class's, or neither. */
export function circleAt(
  packed: readonly DiscGroup[],
  view: ZoomView,
  [pageX, pageY]: readonly [number, number],
): { readonly group: number; readonly channel: number | null } | null {
  const [x, y] = [(pageX - view.x) / view.k, (pageY - view.y) / view.k];
  const group = packed.findIndex((one) => holds(one, x, y));
  if (group < 0) return null;
  const channel = packed[group].discs.findIndex((disc) => holds(disc, x, y));
  return { group, channel: channel < 0 ? null : channel };
}

function holds({ x, y, r }: Pick<Disc, 'x' | 'y' | 'r'>, atX: number, atY: number): boolean {
  return r > 0 && (atX - x) ** 2 + (atY - y) ** 2 <= r * r;
}

const SVG = 'http://www.w3.org/2000/svg';

/** The same circles as elements, for a file; returns what takes them out again. */
export function writeCircles(group: SVGGElement, { packed, chosen, colours }: CirclesSpec): () => void {
  for (const { discs } of packed) {
    for (const { channel, x, y, r } of discs) {
      if (r <= 0) continue;
      const circle = group.ownerDocument.createElementNS(SVG, 'circle');
      for (const [name, value] of Object.entries({ cx: x, cy: y, r })) circle.setAttribute(name, value.toFixed(2));
      circle.setAttribute('fill', channel === chosen ? colours.text : colourOf(channel, colours.dark));
      group.append(circle);
    }
  }
  return () => group.replaceChildren();
}
