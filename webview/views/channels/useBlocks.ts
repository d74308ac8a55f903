/** Entropies of the channels in sight, a block at a time; blocks that were seen before are kept. */
import { useEffect, useRef, useState } from 'preact/hooks';
import type { IntraResult } from '../../../src/protocol/measure.js';
import type { Layer } from '../../../src/protocol/run.js';
import type { Loadable } from '../../state/loadable.js';
import { useAsked, type Asked } from '../../state/useAsked.js';
import { askEntropies, channelQuery } from './channelQuestions.js';
import type { ChannelsProps } from './ChannelsView.js';
import { BLOCK } from './panelWindow.js';

export interface Blocks extends Asked<IntraResult> {
  /** By number of the block. */
  readonly results: ReadonlyMap<number, IntraResult>;
}

/** A question waits until the scroll has rested for so long. */
const REST_MILLISECONDS = 90;

export function useBlocks(
  { viewer, facts }: Pick<ChannelsProps, 'viewer' | 'facts'>,
  layer: Layer,
  blocks: readonly number[],
): Blocks {
  const kept = useRef({ key: '', results: new Map<number, IntraResult>() });
  const runKey = JSON.stringify([layer.index, facts.lastWhole, facts.whole.size]);
  if (kept.current.key !== runKey) kept.current = { key: runKey, results: new Map() };
  const { results } = kept.current;
  const missing = blocks.filter((block) => !results.has(block));
  const wanted = useRested(
    missing.length > 0 ? JSON.stringify([runKey, missing[0], missing.at(-1)]) : null,
    results.size === 0,
  );
  const asked = useAsked<IntraResult>(wanted, `computing the map entropies of ${layer.name}`, async (key, call) => {
    const [run, from, to] = JSON.parse(key) as [string, number, number];
    const range = [from * BLOCK, Math.min(layer.channelCount, (to + 1) * BLOCK) - 1] as const;
    const result = await askEntropies(viewer.host, channelQuery(layer, facts.layers, range, null), call);
    if (run === kept.current.key) for (let block = from; block <= to; block++) kept.current.results.set(block, result);
    return result;
  });
  const first = results.get(blocks[0]) ?? results.values().next().value;
  const value: Loadable<IntraResult> =
    first && asked.value.state !== 'failed' ? { state: 'done', value: first } : asked.value;
  return { value, retry: asked.retry, results };
}

function useRested(key: string | null, atOnce: boolean): string | null {
  const [rested, setRested] = useState<string | null>(atOnce ? key : null);
  useEffect(() => {
    const timer = setTimeout(() => setRested(key), atOnce ? 0 : REST_MILLISECONDS);
    return () => clearTimeout(timer);
  }, [key, atOnce]);
  return rested;
}
