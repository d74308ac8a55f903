/** Beyond the paper: how much of the network view's clutter bundling takes away (CNNVis, Liu et al. 2017, §6). */
import type { Clutter } from '../../src/protocol/network.js';
import { countText, verdictOf, type Finding } from './finding.js';
import type { NetworkRuns } from './recorded.js';

interface Drawn {
  readonly network: string;
  readonly seed: number;
  readonly clutter: Clutter;
}

export async function bundlingClears(all: readonly NetworkRuns[]): Promise<Finding> {
  const drawn: Drawn[] = [];
  for (const { network, largest, engine } of all)
    for (const { folder, seed } of largest)
      drawn.push({
        network: network.name,
        seed,
        clutter: (await engine.about('network', folder, { epoch: null })).clutter,
      });
  const fewer = drawn.map(({ network, clutter }) => ({
    network,
    holds: clutter.crossingsAfter < clutter.crossingsBefore && clutter.inkAfter < clutter.inkBefore,
  }));
  return {
    id: 'clutter',
    claim: 'Beyond the paper: bundles of edges cross less and take less ink than the edges',
    verdict: verdictOf(fewer),
    seen: [`Crossings and ink are both lower in ${countText(fewer)} trainings.`],
    how: 'Network view at its first settings, last epoch: average linkage of mean activations by class, number of clusters by silhouette, the strongest half of each layer pair’s edges of each sign, greedy maximal bicliques with one knot each where that takes ink away; clusters spread evenly over columns of height 1 at distance 1; ink is length. `test/network` holds clusters, orders and bundles against SciPy, scikit-learn and brute force.',
    table: {
      header: ['data', 'seed', 'edges', 'crossings before', 'after', 'ink before', 'after', 'ink left, %'],
      rows: drawn.map(({ network, seed, clutter }) => rowOf(network, seed, clutter)),
    },
  };
}

function rowOf(network: string, seed: number, clutter: Clutter): string[] {
  const { edges, crossingsBefore, crossingsAfter, inkBefore, inkAfter } = clutter;
  return [
    ...[network, seed, edges, crossingsBefore, crossingsAfter].map(String),
    ...[inkBefore.toFixed(1), inkAfter.toFixed(1), ((100 * inkAfter) / inkBefore).toFixed(0)],
  ];
}
