/** The patches of the layers in sight, layer by layer from the left; what has come is kept while the view is. */
import { useEffect, useRef, useState } from 'preact/hooks';
import type { NetworkResult, PatchesRequest } from '../../../src/protocol/network.js';
import type { Host } from '../../host/host.js';
import type { NetworkItem } from '../../marks/networkItems.js';
import { failureOf } from '../../state/loadable.js';
import { cardKind, cardPacking, PATCHES_EACH } from './cardSizes.js';
import { sheetAtlas, type SheetAtlas } from './patchAtlas.js';

export interface Patches {
  readonly sheets: ReadonlyMap<number, SheetAtlas>;
  /** What went wrong, by layer, in words. */
  readonly failures: ReadonlyMap<number, string>;
  readonly waiting: boolean;
}

const MOST_KEPT = 200;

export function usePatches(
  host: Host,
  result: NetworkResult | null,
  items: readonly NetworkItem[],
  facet: number | null,
  classCount: number,
  wanted: boolean,
): Patches {
  const kept = useRef(new Map<string, SheetAtlas | string>());
  const [, draw] = useState(0);
  const requests = result && wanted ? requestsOf(result, items, facet, classCount) : [];
  const keys = requests.map((request) => JSON.stringify(request));
  useEffect(() => {
    const controller = new AbortController();
    void loadAll(host, keys, kept.current, controller.signal, () => draw((count) => count + 1));
    return () => controller.abort();
  }, [host, keys.join('\n')]);
  const sheets = new Map<number, SheetAtlas>();
  const failures = new Map<number, string>();
  requests.forEach(({ layer }, i) => {
    const one = kept.current.get(keys[i]);
    if (typeof one === 'string') failures.set(layer, one);
    else if (one) sheets.set(layer, one);
  });
  return { sheets, failures, waiting: sheets.size + failures.size < requests.length };
}

function requestsOf(
  result: NetworkResult,
  items: readonly NetworkItem[],
  facet: number | null,
  classCount: number,
): PatchesRequest[] {
  return items.flatMap((item) => {
    if (item.kind !== 'layer') return [];
    const clusters = result.layers.find(({ layer }) => layer === item.layer)!;
    if (cardKind(item, clusters) !== 'plain') return [];
    const channels = clusters.clusters.flatMap((_, i) => cardPacking(clusters, i, classCount).channels);
    const sorted = [...channels].sort((a, b) => a - b);
    if (sorted.length === 0) return [];
    return [{ layer: item.layer, epoch: result.epoch, channels: sorted, each: PATCHES_EACH, classIndex: facet }];
  });
}

async function loadAll(
  host: Host,
  keys: readonly string[],
  kept: Map<string, SheetAtlas | string>,
  signal: AbortSignal,
  changed: () => void,
): Promise<void> {
  for (const key of keys) {
    if (kept.has(key)) continue;
    try {
      const sheet = await host.call('networkPatches', JSON.parse(key) as PatchesRequest, { signal });
      if (signal.aborted) return;
      kept.set(key, sheetAtlas(sheet));
    } catch (error) {
      if (signal.aborted) return;
      kept.set(key, failureOf(error, 'cutting patches').wrong);
    }
    const [oldest] = kept.keys();
    if (kept.size > MOST_KEPT && oldest !== undefined) kept.delete(oldest);
    changed();
  }
}
