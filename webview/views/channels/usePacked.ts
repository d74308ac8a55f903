/** The circles' places and outlines, made over several frames where one would be too long, and kept for a slider that comes back. */
import { useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import { Packing, type DiscGroup, type PackingSpec } from '../../marks/circlePacking.js';
import { inSlices, oneSlice, type Sliced } from '../../state/inSlices.js';
import { addOutlines, type ChannelOutline } from './paintCircles.js';

/** Circles that are placed while the rest of their epoch is drawn; more wait for the next frame. */
const MOST_AT_ONCE = 1500;
/** Epochs whose circles are kept: a megabyte or two each where they are ten thousand. */
const MOST_KEPT = 16;

export interface Packed {
  readonly groups: readonly DiscGroup[];
  /** One a channel; none while the first places are sought. */
  readonly outlines: readonly ChannelOutline[];
}

/** Groups that are the same array are the same circles, their `mostBits` too. */
export function usePacked(spec: PackingSpec): Packed {
  const { groups, channels, anchors, fill, mostBits, width, height } = spec;
  const kept = useMemo(() => new Map<PackingSpec['groups'], PackingWork>(), [anchors, fill, width, height]);
  const work = useMemo(
    () => keptWork(kept, { groups, channels, anchors, fill, mostBits, width, height }),
    [kept, groups, channels],
  );
  const [, draw] = useState(0);
  const shown = useRef<Packed | null>(null);
  const isQuick = groups.length * channels.length <= MOST_AT_ONCE;
  const done = work.packed ?? (isQuick ? oneSlice(work) : null);
  useLayoutEffect(() => (done ? undefined : inSlices(work, () => draw((count) => count + 1))), [work, done]);
  if (done) return (shown.current = done);
  // Of another layer or size there is nothing to keep: classes stand there, their channels follow.
  return shown.current && sameCircles(shown.current, spec) ? shown.current : work.beginning;
}

/** While the next epoch settles, the one before stays. */
function sameCircles(packed: Packed, { groups, channels }: PackingSpec): boolean {
  return packed.groups.length === groups.length && packed.groups[0]?.discs.length === channels.length;
}

/** Goes on where it was left; the epoch that was looked at longest ago is forgotten first. */
function keptWork(kept: Map<PackingSpec['groups'], PackingWork>, spec: PackingSpec): PackingWork {
  const work = kept.get(spec.groups) ?? new PackingWork(new Packing(spec));
  kept.delete(spec.groups);
  kept.set(spec.groups, work);
  for (const oldest of kept.keys()) if (kept.size > MOST_KEPT) kept.delete(oldest);
  return work;
}

/**
 * Places that settle, then circles, then their outlines, in as many slices as wanted. Nothing is shown before all is
 * done: circles that tremble into place are no picture of anything.
 */
class PackingWork implements Sliced<Packed> {
  #packed: Packed | null = null;
  #groups: readonly DiscGroup[] | null = null;
  readonly #outlines: ChannelOutline[] = [];
  #beginning: Packed | null = null;

  constructor(private readonly packing: Packing) {}

  /** Null while there is more to do. */
  get packed(): Packed | null {
    return this.#packed;
  }

  goOn(isOver: () => boolean): Packed | null {
    if (!this.#groups) {
      if (!this.packing.settle(isOver)) return null;
      this.#groups = this.packing.groups();
      if (isOver()) return null;
    }
    const groups = this.#groups;
    if (addOutlines(groups, this.#outlines, isOver)) this.#packed = { groups, outlines: this.#outlines };
    return this.#packed;
  }

  get beginning(): Packed {
    return (this.#beginning ??= { groups: this.packing.groups(), outlines: [] });
  }
}
