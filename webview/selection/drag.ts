/**
 * What a drag or a key makes of a selection, as arithmetic on bands. Pixels are turned into indices by
 * whoever calls; nothing here knows of a screen.
 */
import type { IndexRange } from '../../src/protocol/query.js';
import { allOf, bandAt, isAll, normalise, toggle, type Bands } from './bands.js';

/** What the pointer took hold of. */
export type Grab =
  | { readonly kind: 'edge'; readonly band: number; readonly side: 'from' | 'to' }
  | { readonly kind: 'move'; readonly band: number }
  | { readonly kind: 'sweep'; readonly additive: boolean };

/** Pressing inside a band takes hold of it, unless it is everything (then there is nowhere to move). */
export function grabAt(bands: Bands, index: number, count: number, additive: boolean): Grab {
  const band = bandAt(bands, index);
  if (additive || band < 0 || isAll(bands, count)) return { kind: 'sweep', additive };
  return { kind: 'move', band };
}

/**
 * The selection after dragging from index `from` to index `to`. An edge that passes its other edge
 * turns the band around; a moved band keeps its length and stops at the ends.
 */
export function dragged(start: Bands, grab: Grab, from: number, to: number, count: number): Bands {
  switch (grab.kind) {
    case 'edge': {
      const [low, high] = start[grab.band];
      const fixed = grab.side === 'from' ? high : low;
      return replaced(start, grab.band, [Math.min(fixed, to), Math.max(fixed, to)], count);
    }
    case 'move': {
      const [low, high] = start[grab.band];
      const shift = Math.max(-low, Math.min(count - 1 - high, to - from));
      return replaced(start, grab.band, [low + shift, high + shift], count);
    }
    case 'sweep': {
      const swept: IndexRange = [Math.min(from, to), Math.max(from, to)];
      return normalise(grab.additive ? [...start, swept] : [swept], count);
    }
  }
}

function replaced(bands: Bands, place: number, range: IndexRange, count: number): Bands {
  return normalise([...bands.filter((_, i) => i !== place), range], count);
}

/** A press without a drag: this one alone; with Ctrl it is added or taken out; with Shift, all between. */
export function clicked(
  bands: Bands,
  index: number,
  count: number,
  keys: { readonly add: boolean; readonly extend: boolean; readonly anchor: number | null },
): Bands {
  if (keys.extend && keys.anchor !== null) {
    return normalise([[Math.min(keys.anchor, index), Math.max(keys.anchor, index)]], count);
  }
  return keys.add ? toggle(bands, index, count) : [[index, index]];
}

/** Where the keyboard is on a strip: `anchor` is where Shift began. */
export interface Caret {
  readonly anchor: number;
  readonly focus: number;
}

export interface KeyPress {
  readonly key: string;
  readonly shift: boolean;
  readonly ctrl: boolean;
}

/** What a key does on a strip; null when the key is not the strip's. */
export function keyed(
  bands: Bands,
  caret: Caret,
  press: KeyPress,
  count: number,
): { readonly bands: Bands; readonly caret: Caret } | null {
  const last = count - 1;
  if (press.key === ' ') return { bands: toggle(bands, caret.focus, count), caret };
  if (press.key === 'Escape' || (press.key === 'a' && press.ctrl)) return { bands: allOf(count), caret };
  const target = keyTarget(press.key, caret.focus, last);
  if (target === null) return null;
  const focus = Math.max(0, Math.min(last, target));
  if (press.shift) {
    const range: IndexRange = [Math.min(caret.anchor, focus), Math.max(caret.anchor, focus)];
    return { bands: [range], caret: { anchor: caret.anchor, focus } };
  }
  if (press.ctrl) return { bands, caret: { anchor: focus, focus } };
  return { bands: [[focus, focus]], caret: { anchor: focus, focus } };
}

const PAGE = 10;

function keyTarget(key: string, focus: number, last: number): number | null {
  switch (key) {
    case 'ArrowLeft':
      return focus - 1;
    case 'ArrowRight':
      return focus + 1;
    case 'PageUp':
      return focus - PAGE;
    case 'PageDown':
      return focus + PAGE;
    case 'Home':
      return 0;
    case 'End':
      return last;
    default:
      return null;
  }
}
