/** Redundant pairs of channels at one epoch, in their frame. */
import type { VNode } from 'preact';
import type { RedundancyResult } from '../../../src/protocol/measure.js';
import { ChartFrame } from '../../chart/ChartFrame.js';
import type { ViewProps } from '../views.js';
import { countWords } from '../../text/words.js';
import type { Asked } from '../../state/useAsked.js';
import { fileName } from '../query/results/chartParts.js';
import { csvOf } from '../query/results/csv.js';
import { RedundantPairs } from './RedundantPairs.js';

export interface RedundancyChartProps extends ViewProps {
  readonly epoch: number;
  readonly redundancy: Asked<RedundancyResult>;
}

export function RedundancyChart({ viewer, facts, epoch, redundancy }: RedundancyChartProps): VNode {
  return (
    <ChartFrame<RedundancyResult>
      title="Redundant pairs"
      answer={redundancy.value}
      invitation="Computed after the layers."
      finding={() => null}
      caption={({ provenance: { n } }) =>
        `r of maps, and distance MI ÷ min H with its null, epoch ${epoch}, N = ${countWords(n)}; flagged from |r| ≥ 0.95`
      }
      csv={(result) => csvOf(result, facts.layers)}
      fileName={fileName(facts, `redundancy-epoch-${epoch}`)}
      onSave={(file) => void viewer.save(file)}
      onRetry={redundancy.retry}
      draw={(result) => <RedundantPairs viewer={viewer} facts={facts} result={result} />}
    />
  );
}
