import assert from 'node:assert/strict';
import fc from 'fast-check';
import { matchStructure } from '../../src/analysis/compare/matchStructure.js';
import type { Layer } from '../../src/protocol/run.js';
import { layer } from '../extensionUnit/recorded.js';

describe('layers of two networks', () => {
  const network = (text: string): Layer[] =>
    text.split(' ').map((word, index) => {
      const [className = '', filters = '8', name = `${className}_${index}`] = word.split(':');
      return layer(index, className, { name, config: { filters: Number(filters) } });
    });
  const check = (from: string, to: string, pairs: string): void =>
    assert.equal(
      matchStructure(network(from), network(to))
        .map((one) => `${one.from ?? '+'}${one.to ?? '-'}${one.changedArguments.length > 0 ? '*' : ''}`)
        .join(' '),
      pairs,
    );

  it('are the same where nothing changed', () => check('Conv2D Pool Dense', 'Conv2D Pool Dense', '00 11 22'));
  it('stay the same where normalisation came between', () =>
    check('Conv2D Pool Conv2D:16 Pool Dense', 'Conv2D Norm Pool Conv2D:16 Norm Pool Dense', '00 +1 12 23 +4 35 46'));
  it('are gone where they stood', () => check('Conv2D Norm Dense', 'Conv2D Dense', '00 1- 21'));
  it('say what of their arguments changed', () => {
    check('Conv2D:8:a Dense', 'Conv2D:16:a Dense', '00* 11');
    const [first] = matchStructure(network('Conv2D:8'), network('Conv2D:16'));
    assert.deepEqual(first?.changedArguments, ['filters 8 → 16']);
  });
  it('have no partner where two readings cost the same', () =>
    check('Conv2D:8:a Conv2D:8:b', 'Conv2D:8:c', '+0 0- 1-'));
  it('are never paired across classes or out of order, and each at most once', () => {
    const word = fc.constantFrom('Conv2D', 'Conv2D:16', 'Pool', 'Dense');
    const words = fc.array(word, { minLength: 1, maxLength: 8 }).map((all) => all.join(' '));
    fc.assert(
      fc.property(words, words, (a, b) => {
        const [from, to] = [network(a), network(b)];
        const pairings = matchStructure(from, to);
        const both = pairings.filter((one) => one.from !== null && one.to !== null);
        for (const one of both) assert.equal(from[one.from ?? -1]?.className, to[one.to ?? -1]?.className);
        for (const side of ['from', 'to'] as const) {
          const there = pairings.flatMap((one) => one[side] ?? []);
          assert.deepEqual(there, [...(side === 'from' ? from : to).keys()]);
        }
      }),
    );
  });
});
