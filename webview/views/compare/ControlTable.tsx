/** The numbers of a control experiment: a row a layer, information and inter-sample entropy a condition. */
import type { VNode } from 'preact';
import type { ControlResult } from '../../../src/protocol/control.js';
import type { Layer } from '../../../src/protocol/run.js';
import { layerLabel } from '../../shell/layerLabel.js';
import { CONDITION_WORDS } from './ConditionChart.js';

export function ControlTable({ result, layers }: { result: ControlResult; layers: readonly Layer[] }): VNode {
  const { conditions } = result;
  const heads = conditions.map(({ condition }) => CONDITION_WORDS[condition]);
  return (
    <div class="control-table">
      <table>
        <thead>
          <tr>
            <th rowSpan={2}>Layer</th>
            <th colSpan={conditions.length}>I(T;Y), bits</th>
            <th colSpan={conditions.length}>H inter-sample, bits</th>
          </tr>
          <tr>{['I', 'H'].map((what) => heads.map((head) => <th key={`${what} ${head}`}>{head}</th>))}</tr>
        </thead>
        <tbody>
          {result.layers.map(({ layer, name, values }) => (
            <tr key={layer} title={name}>
              <th scope="row">{layerLabel(layers[layer])}</th>
              {values.map((one) => (
                <td key={`I ${one.condition}`}>{withHalf(one.labelBits, one.labelHalfWidthBits)}</td>
              ))}
              {values.map((one) => (
                <td key={`H ${one.condition}`} title={one.reason ?? undefined}>
                  {withHalf(one.interBits, one.interHalfWidthBits)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function withHalf(value: number | null, half: number | null): string {
  if (value === null) return '–';
  return half === null ? value.toFixed(2) : `${value.toFixed(2)} ± ${half.toFixed(2)}`;
}
