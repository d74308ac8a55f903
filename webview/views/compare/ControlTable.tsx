/** The numbers of a control experiment: a row a layer, information and diversity a condition. */
import type { VNode } from 'preact';
import { CONDITION_WORDS, type ControlResult } from '../../../src/protocol/control.js';
import type { Layer } from '../../../src/protocol/run.js';
import { layerLabel } from '../../text/layerLabel.js';
import { bitsWords, spokenValue, tells } from './controlWords.js';

export function ControlTable({ result, layers }: { result: ControlResult; layers: readonly Layer[] }): VNode {
  const { conditions } = result;
  const heads = conditions.map(({ condition }) => CONDITION_WORDS[condition]);
  return (
    <div class="control-table scroll-cue">
      <table>
        <thead>
          <tr>
            <th rowSpan={2}>Layer</th>
            <th colSpan={conditions.length}>I(T;Y), bits; pale: no higher than chance</th>
            <th colSpan={conditions.length} class="second">
              Diversity, bits
            </th>
          </tr>
          <tr>
            {['I', 'H'].map((what) =>
              heads.map((head, i) => (
                <th key={`${what} ${head}`} class={what === 'H' && i === 0 ? 'second' : ''}>
                  {head}
                </th>
              )),
            )}
          </tr>
        </thead>
        <tbody>
          {result.layers.map(({ layer, name, values }) => (
            <tr key={layer} title={name}>
              <th scope="row">{layerLabel(layers[layer])}</th>
              {values.map((one) => (
                <td key={`I ${one.condition}`} class={tells(one) ? '' : 'silent'} title={spokenValue(one)}>
                  {bitsWords(one.labelBits, one.labelHalfWidthBits)}
                </td>
              ))}
              {values.map((one, i) => (
                <td key={`H ${one.condition}`} class={i === 0 ? 'second' : ''} title={one.reason ?? undefined}>
                  {bitsWords(one.interBits, one.interHalfWidthBits)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
