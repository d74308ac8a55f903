/** What the matrix of channels in sight says, in sentences. */
import type { DistanceMiValue } from '../../../src/protocol/measure.js';
import { memo } from '../../hooks/memo.js';
import { pairFindings } from './layerFindings.js';

export interface LayersFindingsProps {
  readonly value: DistanceMiValue;
  /** Null while the null is not known. */
  readonly nullBits: number | null;
}

export const LayersFindings = memo(({ value, nullBits }: LayersFindingsProps) => (
  <section class="layers-findings" aria-label="Findings">
    <h2>Channels at epoch {value.epoch}</h2>
    <ul>
      {pairFindings(value, nullBits).map((line) => (
        <li key={line}>{line}</li>
      ))}
    </ul>
  </section>
));
