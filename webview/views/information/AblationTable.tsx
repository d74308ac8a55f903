/** What becomes of accuracy without sets of channels, as a table. */
import type { VNode } from 'preact';
import { accuracyName } from '../../../src/protocol/accuracy.js';
import type { AblationResult, AblationValue } from '../../../src/protocol/ablation.js';
import { valueOf, type AblatedSet } from './ablatedSets.js';
import type { ViewProps } from '../views.js';
import { countWords } from '../../text/words.js';
import { changeWords } from './accuracyChange.js';

export interface AblationTableProps extends ViewProps {
  readonly sets: readonly AblatedSet[];
  readonly results: readonly AblationResult[];
}

export function AblationTable({ viewer, facts, sets, results }: AblationTableProps): VNode {
  return (
    <table class="ablation-table">
      <thead>
        <tr>
          <th scope="col">without</th>
          <th scope="col">{accuracyName(results[0]?.heldOut ?? true)}</th>
          <th scope="col">change, points</th>
          <th scope="col">other answers</th>
        </tr>
      </thead>
      <tbody>
        {sets.map((set) => {
          const value = valueOf(results, set);
          const [{ layer }] = set.parts;
          const named = set.parts.map((part) => `${facts.layers[part.layer].name}: ${part.channels.join(', ')}`);
          return (
            <tr key={`${layer} ${set.words}`} title={named.join('\n')}>
              <th scope="row">
                <button class="link" onClick={() => viewer.select({ layer })}>
                  {set.words}
                </button>
              </th>
              <td>{value?.accuracy == null ? '–' : `${(100 * value.accuracy).toFixed(1)} %`}</td>
              <td class={value?.change && value.change < -(value.halfWidth ?? 0) ? 'lost' : ''}>
                {value ? changeWords(value) : '–'}
              </td>
              <td>
                {value ? countWords(value.changedAnswers) : '–'}
                {value && isConstant(value) ? ', one class' : ''}
              </td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}

/** Every probe gets the same class. */
function isConstant({ answers }: AblationValue): boolean {
  return answers.filter((count) => count > 0).length === 1;
}
