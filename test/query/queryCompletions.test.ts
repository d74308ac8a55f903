/** What the query view's editor offers while a query is typed. `|` in a text is the cursor. */
import assert from 'node:assert/strict';
import { completions, parseQuery } from '../../src/protocol/queryText.js';

const facts = {
  layerNames: ['input', 'conv2d_1', 'conv2d_2', 'my layer'],
  classNames: ['cat', 'dog'],
  channelCounts: [1, 8, 16, 4],
  lastEpoch: 3,
};
const offersAt = (marked: string) => completions(marked.replace('|', ''), marked.indexOf('|'), facts);

describe('completions', () => {
  const check = (marked: string, expected: string[]) =>
    it(`${marked} offers ${expected.join(' ') || 'nothing'}`, () =>
      assert.deepEqual(
        offersAt(marked).map(({ insert }) => insert),
        expected,
      ));

  check('|', ['dCNN(-, -, -, -)']);
  check('dC|', ['dCNN(-, -, -, -)']);
  check('dCNN(|', ['-', 'x.label = ', 'y = ', 'x.label ≠ y', 'x.split = ']);
  check('dCNN(x.s|', ['x.split = ']);
  check('dCNN(x.label |', ['=', '≠']);
  check('dCNN(x.label = |', ['0', '1', 'y']);
  check('dCNN(y ≠ {0, |', ['0', '1']);
  check('dCNN(x.split = |', ['train', 'validation']);
  check('dCNN(x.split = v|', ['validation']);
  check('dCNN(x.split = train |', ['and']);
  check('dCNN(x.split = train and y|', ['y = ']);
  check('dCNN(-, conv|, -, -)', ['conv2d_1', 'conv2d_2']);
  check("dCNN(-, 'my|", ["'my layer'"]);
  check('dCNN(-, {input, kind:c|', ['kind:conv']);
  check('dCNN(-, conv2d_1 |', []);
  check('dCNN(-, my, 1|, -)', ['1', '10', '11', '12', '13', '14', '15']);
  check("dCNN(-, 'my layer', |", ['-', '{0..3}', '0', '1', '2', '3']);
  check('dCNN(-, -, -, |', ['-', 'last', '0', '1', '2', '3']);
  check('dCNN(-, -, -, {|', ['0', '1', '2', '3']);
  check('dCNN(-, -, -, -)|', []);
  check('dCNN(-, -, -, -, |', []);

  it('replace the word under the cursor and nothing else', () => {
    const text = 'dCNN(-, conv2d, {0..3}, -)';
    const [first] = completions(text, text.indexOf('2d'), facts);
    assert.ok(first);
    const completed = text.slice(0, first.from) + first.insert + text.slice(text.indexOf(',', first.to));
    assert.deepEqual(parseQuery(completed).layers, { kind: 'layers', items: [{ kind: 'name', name: 'conv2d_1' }] });
  });
  it('stay few and quick when a run has ten thousand layers', () => {
    const layerNames = Array.from({ length: 1e4 }, (_, index) => `layer_${index}`);
    const start = performance.now();
    assert.equal(completions('dCNN(-, l', 9, { ...facts, layerNames }).length, 64);
    assert.ok(performance.now() - start < 1000);
  });
});
