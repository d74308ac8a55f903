/** One line under the board: what colours, widths and sizes mean, and how the clusters were made. */
import type { VNode } from 'preact';
import type { NetworkResult } from '../../../src/protocol/network.js';
import type { RunFacts } from '../../state/facts.js';
import { countWords } from '../../text/words.js';
import { dashOf } from './edgeStyle.js';
import type { NetworkColours } from './networkColours.js';
import { activationWords, clutterWords } from './networkWords.js';

export interface NetworkLegendProps {
  readonly facts: RunFacts;
  readonly result: NetworkResult;
  readonly colours: NetworkColours;
}

export function NetworkLegend({ facts, result, colours }: NetworkLegendProps): VNode {
  const { estimator, n } = result.provenance;
  const some = colours.shares.filter((_, i) => i % 2 === 0);
  return (
    <footer class="network-legend">
      <span>
        <Sample sign={1} colour={colours.positive} /> positive weights, Σ w⁺
      </span>
      <span>
        <Sample sign={-1} colour={colours.negative} /> negative weights, Σ |w⁻|
      </span>
      <span class="quiet">width: sum, per layer pair</span>
      <span>
        0{' '}
        <svg width={some.length * 10} height={9} aria-hidden="true">
          {some.map((colour, i) => (
            <rect key={i} x={i * 10} y={0} width={9.5} height={9} style={{ fill: colour }} />
          ))}
        </svg>{' '}
        1 mean activation {activationWords(facts)}
      </span>
      <span class="quiet">patch size: rank by mean activation</span>
      <span class="quiet network-caption">
        Epoch {result.epoch}, N = {countWords(n)} probes; {estimator}; {clutterWords(result)}.
      </span>
    </footer>
  );
}

function Sample({ sign, colour }: { sign: 1 | -1; colour: string }): VNode {
  return (
    <svg width={24} height={8} aria-hidden="true">
      <line
        x1={0}
        x2={24}
        y1={4}
        y2={4}
        stroke-width={3}
        stroke-dasharray={dashOf(sign, 3).join(' ')}
        style={{ stroke: colour }}
      />
    </svg>
  );
}
