/** What one side of the channel view shows: its layer's courses, and which channels are in sight. */
import { useMemo, useState } from 'preact/hooks';
import type { Layer } from '../../../src/protocol/run.js';
import { channelCourses, firstEpochOf, type ChannelCourse } from './channelPanels.js';
import type { ChannelsProps } from './ChannelsView.js';
import { blocksOf, type PanelWindow } from './panelWindow.js';
import { useBlocks, type Blocks } from './useBlocks.js';

export interface Side {
  readonly layer: Layer;
  readonly blocks: Blocks;
  /** Of the channels in sight, the same at every epoch. */
  readonly courses: readonly ChannelCourse[];
  /** First and last channel in sight. */
  readonly channels: readonly [first: number, last: number];
  readonly window: PanelWindow;
  readonly onWindow: (window: PanelWindow) => void;
}

/** What one layer's boxes show, for a scale that both sides share. */
export function useSide(props: ChannelsProps, index: number): Side {
  const { facts, choice, classes, statesOf } = props;
  const layer = facts.layers[index];
  const [seen, setSeen] = useState({ index, window: { first: 0, last: 31, top: 0 } });
  const window = seen.index === index ? seen.window : { first: 0, last: 31, top: 0 };
  const last = Math.min(window.last, layer.channelCount - 1);
  const first = Math.min(window.first, last);
  const blocks = useBlocks(props, layer, blocksOf({ ...window, first, last }));
  const states = statesOf(index);
  const firstEpoch = firstEpochOf(choice.fromFirst, facts.lastWhole);
  const loaded = blocks.results.size;
  const courses = useMemo(() => {
    const isSeen = (channel: number): boolean => channel >= first && channel <= last;
    const results = [...new Set(blocks.results.values())];
    return results.flatMap((result) => channelCourses(result, { classes, firstEpoch, states }, isSeen));
  }, [blocks.results, loaded, first, last, classes, firstEpoch, states]);
  return {
    ...{ layer, blocks, courses, window, channels: [first, last] },
    onWindow: (next) => setSeen({ index, window: next }),
  };
}
