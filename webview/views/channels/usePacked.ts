/** The circles' places and outlines, made over several frames where one would be too long. */
import { useEffect, useMemo, useState } from 'preact/hooks';
import { Packing, type DiscGroup, type PackingSpec } from '../../marks/circlePacking.js';
import { addOutlines, type ChannelOutline } from './paintCircles.js';

/** Of a frame; what is drawn takes the rest. */
const MILLISECONDS_A_FRAME = 3;
/** Circles that are placed while the rest of their epoch is drawn; more wait for the next frame. */
const MOST_AT_ONCE = 1500;

export interface Packed {
  readonly groups: readonly DiscGroup[];
  /** One a channel; none while the first places are sought. */
  readonly outlines: readonly ChannelOutline[];
}

export function usePacked(spec: PackingSpec): Packed {
  const { groups, channels, anchors, fill, mostBits, width, height } = spec;
  const work = useMemo(
    () => new PackingWork(new Packing({ groups, channels, anchors, fill, mostBits, width, height })),
    [groups, channels, anchors, fill, mostBits, width, height],
  );
  const isQuick = groups.length * channels.length <= MOST_AT_ONCE;
  const first = useMemo(() => (isQuick ? work.goOn(overAfter(MILLISECONDS_A_FRAME)) : null), [work]);
  const [shown, setShown] = useState<{ readonly work: PackingWork; readonly packed: Packed } | null>(null);
  useEffect(() => {
    if (first) {
      setShown({ work, packed: first });
      return;
    }
    let frame = requestAnimationFrame(function go() {
      const packed = work.goOn(overAfter(MILLISECONDS_A_FRAME));
      if (packed) setShown({ work, packed });
      else frame = requestAnimationFrame(go);
    });
    return () => cancelAnimationFrame(frame);
  }, [first, work]);
  if (first) return first;
  if (shown && (shown.work === work || sameCircles(shown.packed, spec))) return shown.packed;
  // Of another layer or size there is nothing to keep: classes stand there, their channels follow.
  return work.beginning;
}

/** While the next epoch settles, the one before stays. */
function sameCircles(packed: Packed, { groups, channels }: PackingSpec): boolean {
  return packed.groups.length === groups.length && packed.groups[0]?.discs.length === channels.length;
}

/**
 * Places that settle, then circles, then their outlines, in as many pieces as wanted. Nothing is shown before all is
 * done: circles that tremble into place are no picture of anything.
 */
export class PackingWork {
  #groups: readonly DiscGroup[] | null = null;
  readonly #outlines: ChannelOutline[] = [];
  #beginning: Packed | null = null;

  constructor(private readonly packing: Packing) {}

  /** Works until `isOver` says that the time is; null while there is more to do. */
  goOn(isOver: () => boolean): Packed | null {
    if (!this.#groups) {
      if (!this.packing.settle(isOver)) return null;
      this.#groups = this.packing.groups();
      if (isOver()) return null;
    }
    const groups = this.#groups;
    const isDone = addOutlines(groups, this.#outlines, isOver);
    return isDone ? { groups, outlines: this.#outlines } : null;
  }

  get beginning(): Packed {
    return (this.#beginning ??= { groups: this.packing.groups(), outlines: [] });
  }
}

function overAfter(milliseconds: number): () => boolean {
  const end = performance.now() + milliseconds;
  return () => performance.now() >= end;
}
