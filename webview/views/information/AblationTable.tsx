/** What becomes of accuracy without sets of channels, as a table. */
import type { VNode } from 'preact';
import type { AblationResult, AblationValue } from '../../../src/protocol/ablation.js';
import type { ViewProps } from '../../shell/views.js';
import { countWords } from '../../shell/words.js';
import { changeWords } from './UnitRanks.js';

export interface AblatedSet {
  readonly layer: number;
  readonly channels: readonly number[];
  readonly words: string;
}

export interface AblationTableProps extends ViewProps {
  readonly sets: readonly AblatedSet[];
  readonly results: readonly AblationResult[];
  readonly valueOf: (layer: number, channels: readonly number[]) => AblationValue | null;
}

export function AblationTable({ viewer, facts, sets, valueOf }: AblationTableProps): VNode {
  return (
    <table class="ablation-table">
      <thead>
        <tr>
          <th scope="col">without</th>
          <th scope="col">accuracy</th>
          <th scope="col">change</th>
          <th scope="col">other answers</th>
        </tr>
      </thead>
      <tbody>
        {sets.map(({ layer, channels, words }) => {
          const value = valueOf(layer, channels);
          return (
            <tr key={`${layer} ${words}`} title={`${facts.layers[layer].name}: ${channels.join(', ')}`}>
              <th scope="row">
                <button class="link" onClick={() => viewer.select({ layer })}>
                  {words}
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
