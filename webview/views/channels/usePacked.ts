/** The circles' places, settled over several frames where one would be too long. */
import { useEffect, useMemo, useState } from 'preact/hooks';
import { Packing, type DiscGroup, type PackingSpec } from '../../marks/circlePacking.js';

/** Of a frame; what is drawn takes the rest. */
const MILLISECONDS_A_FRAME = 3;

export function usePacked(spec: PackingSpec): readonly DiscGroup[] {
  const { groups, channels, anchors, fill, mostBits, width, height } = spec;
  const packing = useMemo(
    () => new Packing({ groups, channels, anchors, fill, mostBits, width, height }),
    [groups, channels, anchors, fill, mostBits, width, height],
  );
  const first = useMemo(
    () => ({ packing, settled: packing.settle(overAfter(MILLISECONDS_A_FRAME)), groups: packing.groups() }),
    [packing],
  );
  const [shown, setShown] = useState(first);
  useEffect(() => {
    if (first.settled) return;
    let frame = requestAnimationFrame(function go() {
      const settled = packing.settle(overAfter(MILLISECONDS_A_FRAME));
      // Places are shown when they are final: circles that tremble into place are no picture of anything.
      if (settled) setShown({ packing, settled, groups: packing.groups() });
      else frame = requestAnimationFrame(go);
    });
    return () => cancelAnimationFrame(frame);
  }, [first, packing]);
  if (first.settled) return first.groups;
  if (shown.packing === packing) return shown.groups;
  // While the next epoch settles, the one before stays; of another layer or size there is nothing to keep.
  return shown.groups.length === groups.length && sameChannels(shown.groups, channels) ? shown.groups : first.groups;
}

function sameChannels(groups: readonly DiscGroup[], channels: readonly number[]): boolean {
  return groups[0]?.discs.length === channels.length;
}

function overAfter(milliseconds: number): () => boolean {
  const end = performance.now() + milliseconds;
  return () => performance.now() >= end;
}
