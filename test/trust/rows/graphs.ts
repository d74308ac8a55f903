/** Row 22: networks with cycles, self loops, 100,000 layers, indices twice, configurations in ten thousand levels. */
import { LAYER_LIMIT, checkedManifest, ManifestProblem } from '../../../src/store/format/manifestChecks.js';
import type { Layer, RunManifest } from '../../../src/protocol/run.js';
import { channelSources } from '../../../src/analysis/network/channelSources.js';
import { shownLayers } from '../../../src/analysis/network/networkNodes.js';
import { receptiveFields } from '../../../src/analysis/network/receptiveField.js';
import { findStages } from '../../../src/analysis/network/stages.js';
import { seededRandom } from '../../../src/recorder/model/seededRandom.js';
import { networkLayout } from '../../../webview/views/query/network/networkLayout.js';
import { largeManifest } from '../../../bench/generate/largeManifest.js';
import type { Tried, TrustRow } from '../row.js';

const SECONDS = 2;

type Random = (bound: number) => number;
type Graph = (random: Random) => RunManifest;

function network(layers: number): RunManifest {
  const sizes = { layers, channels: 2, side: 4, probes: 4, epochs: 1, classes: 2 };
  return structuredClone(largeManifest('/', 0, sizes));
}

function changed(manifest: RunManifest, change: (layer: Layer, index: number) => Partial<Layer>): RunManifest {
  return { ...manifest, layers: manifest.layers.map((layer, i) => ({ ...layer, ...change(layer, i) })) };
}

function nested(levels: number): Record<string, unknown> {
  let inner: Record<string, unknown> = {};
  for (let i = 0; i < levels; i++) inner = { inner };
  return inner;
}

const GRAPHS: Readonly<Record<string, Graph>> = {
  'branches and merges': (random) =>
    changed(network(2 + random(120)), (layer, i) =>
      i === 0
        ? {}
        : {
            inputs: Array.from({ length: 1 + random(4) }, () => random(i)),
            className: random(3) === 0 ? 'Add' : layer.className,
          },
    ),
  'a wide fan': (random) =>
    changed(network(300), (_, i) => (i === 0 ? {} : { inputs: [i > 250 ? 1 + random(250) : 0] })),
  'self loops': (random) => changed(network(2 + random(40)), (_, i) => (i === 0 ? {} : { inputs: [i] })),
  cycles: (random) => {
    const count = 3 + random(40);
    return changed(network(count), (_, i) => ({ inputs: [i === 0 ? count - 1 : random(count + 1)] }));
  },
  'inputs that do not exist': (random) => changed(network(5), () => ({ inputs: [random(1e9), -1] })),
  'duplicate index': (random) => changed(network(9), (_, i) => ({ index: Math.min(i, random(9)) })),
  'duplicate name': () => changed(network(40), () => ({ name: 'conv', path: 'layers/conv' })),
  'no layer': () => ({ ...network(1), layers: [] }),
  'configurations with 10,000 levels': () => changed(network(3), () => ({ config: nested(10_000) as Layer['config'] })),
  'the largest accepted': () => network(LAYER_LIMIT - 1),
  '100,000 layers': () => {
    const [input, layer] = network(1).layers as [Layer, Layer];
    return {
      ...network(1),
      layers: [input, ...Array.from({ length: 100_000 }, (_, i) => ({ ...layer, index: i + 1, inputs: [i] }))],
    };
  },
};
/** These take as long as all the others together. */
const LARGE = new Set(['the largest accepted', '100,000 layers']);

/** All that is computed of a network before it is drawn. */
function draw({ layers }: RunManifest): void {
  const shown = shownLayers({ layers });
  findStages(shown, layers);
  channelSources({ layers });
  receptiveFields({ layers });
  networkLayout(layers);
}

function tried(kind: string, graph: Graph, count: number, take: (manifest: RunManifest) => void): Tried {
  const random = seededRandom(22);
  const violations: string[] = [];
  let refused = 0;
  for (let i = 0; i < count; i++) {
    const manifest = graph(random);
    const before = process.cpuUsage();
    try {
      take(manifest);
    } catch (error) {
      if (error instanceof ManifestProblem) refused++;
      else violations.push(`${kind} ${i}: ${String(error).slice(0, 100)}`);
    }
    const { user, system } = process.cpuUsage(before);
    if (user + system > SECONDS * 1e6) violations.push(`${kind} ${i} took ${((user + system) / 1e6).toFixed(1)} s`);
  }
  return { what: `${kind} (${refused} refused)`, count, violations };
}

export const graphs: TrustRow = {
  number: 22,
  what: 'networks with cycles, self loops, 100,000 layers, duplicate indices, deep configurations',
  promise: 'drawn or refused, never endless',
  goal: '1,000 graphs, ≤ 2 s',
  async *check(effort) {
    for (const [kind, graph] of Object.entries(GRAPHS)) {
      const count = LARGE.has(kind) ? effort.count(1, 5) : effort.count(4, 110);
      yield tried(kind, graph, count, (manifest) => draw(checkedManifest(manifest)));
    }
  },
  async control() {
    // Broken on purpose: a walk from the output back that does not look where it has been.
    const walk = (layers: readonly Layer[], at: number): number =>
      1 + Math.max(0, ...(layers[at]?.inputs ?? []).map((input) => walk(layers, input)));
    const { violations } = tried('cycles', GRAPHS['cycles']!, 3, ({ layers }) => void walk(layers, layers.length - 1));
    return { what: 'a graph walk that does not remember visited layers', violations };
  },
};
