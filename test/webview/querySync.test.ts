/** Strips, slabs, network and text are one query: what one writes, the others read. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { ALL, type Query, type SampleCondition, type SampleTerm } from '../../src/protocol/query.js';
import { parseQuery, printQuery } from '../../src/protocol/queryText.js';
import { allOf, bandsOf, type Bands } from '../../webview/selection/bands.js';
import { factsOf } from '../../webview/state/facts.js';
import {
  sliceOf,
  termText,
  withChannelChoice,
  withEpochChoice,
  withLayerChoice,
  withRows,
} from '../../webview/views/query/slice.js';
import { isOvertaken, piecesOf, readDraft } from '../../webview/views/query/ask/queryDraft.js';
import { exampleLayers, exampleRun, RESIDUAL_LAYERS } from '../gallery/exampleRun.js';

const facts = factsOf(exampleRun());
const bandsIn = (count: number): fc.Arbitrary<Bands> =>
  fc.uniqueArray(fc.integer({ min: 0, max: count - 1 }), { minLength: 1 }).map((indices) => bandsOf(indices, count));

const otherConditions: fc.Arbitrary<SampleCondition[]> = fc.subarray([
  { field: 'split', operator: '=', right: { kind: 'split', split: 'validation' } },
  { field: 'label', operator: '≠', right: { kind: 'field', field: 'prediction' } },
  { field: 'prediction', operator: '=', right: { kind: 'classes', ranges: [[1, 4]] } },
]);

const samples: fc.Arbitrary<SampleTerm> = fc.oneof(
  fc.constant<SampleTerm>(ALL),
  bandsIn(1000).map((ranges): SampleTerm => ({ kind: 'ranges', ranges })),
  fc.tuple(bandsIn(10), otherConditions).map(([ranges, others]): SampleTerm => ({
    kind: 'where',
    conditions: [{ field: 'label', operator: '=', right: { kind: 'classes', ranges } }, ...others],
  })),
);

const queries: fc.Arbitrary<Query> = fc
  .tuple(samples, bandsIn(12), bandsIn(8), bandsIn(31))
  .map(([term, layers, channels, epochs]) => {
    const start: Query = { samples: term, layers: ALL, channels: ALL, epochs: ALL };
    const sliced = withLayerChoice(start, layers, facts);
    return withEpochChoice(withChannelChoice(sliced, channels, sliceOf(sliced, facts).layer), epochs, facts);
  });

describe('strips and text', () => {
  it('what a strip writes, the text says, and the strip reads again', () => {
    fc.assert(
      fc.property(queries, bandsIn(10), (query, rows) => {
        const changed = withRows(query, rows, facts);
        const read = sliceOf(parseQuery(printQuery(changed)), facts);
        assert.deepEqual(read.rows, rows);
        assert.deepEqual(read, sliceOf(changed, facts));
      }),
    );
  });

  it('what the text says moves the strips, and writing the same bands changes nothing that is selected', () => {
    fc.assert(
      fc.property(queries, (query) => {
        const slice = sliceOf(parseQuery(printQuery(query)), facts);
        const again = withEpochChoice(
          withChannelChoice(withLayerChoice(query, slice.layers, facts), slice.channels, slice.layer),
          slice.epochs,
          facts,
        );
        assert.deepEqual(sliceOf(again, facts), slice);
      }),
    );
  });

  it('a drag on X keeps the conditions that the strip does not show', () => {
    fc.assert(
      fc.property(otherConditions, bandsIn(10), bandsIn(10), (others, before, after) => {
        const label: SampleCondition = { field: 'label', operator: '=', right: { kind: 'classes', ranges: before } };
        const query: Query = {
          ...parseQuery('dCNN(-, -, -, -)'),
          samples: { kind: 'where', conditions: [label, ...others] },
        };
        const changed = withRows(query, after, facts).samples;
        const kept = changed.kind === 'where' ? changed.conditions.filter((one) => others.includes(one)) : [];
        assert.deepEqual(kept, others);
      }),
    );
  });

  it('everything along an axis is "-"', () => {
    const query = parseQuery('dCNN(x.label = 3, conv2d_2, {0..7}, {2..4})');
    const layer = sliceOf(query, facts).layer;
    let whole = withRows(query, allOf(10), facts);
    whole = withEpochChoice(withChannelChoice(whole, allOf(16), layer), allOf(31), facts);
    assert.equal(printQuery(withLayerChoice(whole, allOf(12), facts)), 'dCNN(-, -, -, -)');
  });

  it('one layer is written by its name, several in a row by their numbers', () => {
    const query = parseQuery('dCNN(-, -, -, -)');
    assert.equal(printQuery(withLayerChoice(query, [[3, 3]], facts)), 'dCNN(-, conv2d_2, -, -)');
    assert.equal(
      printQuery(
        withLayerChoice(
          query,
          [
            [1, 3],
            [6, 6],
          ],
          facts,
        ),
      ),
      'dCNN(-, {1..3, add_1}, -, -)',
    );
  });

  it('names that look like something else survive the text', () => {
    const names = fc.string({ minLength: 1, maxLength: 30 });
    fc.assert(
      fc.property(names, (name) => {
        const layers = exampleLayers(
          RESIDUAL_LAYERS.map((layer) => ({
            ...layer,
            shape: [...layer.mapShape, layer.channelCount],
            name: layer.index === 3 ? name : `other ${layer.index}`,
          })),
        );
        const odd = factsOf(exampleRun({ layers }));
        const text = printQuery(withLayerChoice(parseQuery('dCNN(-, -, -, -)'), [[3, 3]], odd));
        assert.equal(sliceOf(parseQuery(text), odd).layer.index, 3);
      }),
    );
  });

  it('channels that the new layer does not have give way to all', () => {
    const query = parseQuery('dCNN(-, conv2d_2, {12..15}, -)');
    assert.equal(printQuery(withLayerChoice(query, [[1, 1]], facts)), 'dCNN(-, conv2d_1, -, -)');
    assert.equal(printQuery(withLayerChoice(query, [[4, 4]], facts)), 'dCNN(-, conv2d_3, {12..15}, -)');
  });

  it('each term of the query is its own text', () => {
    const query = parseQuery('dCNN(x.label = {1, 3} and x.label ≠ y, {1..3, add_1}, {0..7}, last)');
    const terms = (['samples', 'layers', 'channels', 'epochs'] as const).map((term) => termText(query, term));
    assert.equal(`dCNN(${terms.join(', ')})`, printQuery(query));
  });
});

describe('a query while it is typed', () => {
  const vocabulary = { layerNames: facts.layers.map((layer) => layer.name), classNames: facts.classNames };

  it('says which columns are wrong', () => {
    const draft = readDraft('dCNN(x.label = 3, conv2d_2, {0..}, -)', vocabulary);
    assert.equal(draft.query, null);
    const underlined = piecesOf(draft.text, draft.error).filter((piece) => piece.wrong);
    assert.equal(underlined.length >= 1, true);
    assert.ok(draft.error.from >= 28 && draft.error.from <= 33, `column ${draft.error.from}`);
  });

  it('is drawn whole, whatever it holds', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const { error } = readDraft(text, vocabulary);
        const drawn = piecesOf(text, error)
          .map((piece) => piece.text)
          .join('');
        assert.ok(drawn.startsWith(text));
      }),
    );
  });

  it('gives way only to another query, not to its own', () => {
    const query = parseQuery('dCNN(-, conv2d_2, -, -)');
    assert.equal(isOvertaken('dCNN( - ,conv2d_2,-,-)', query, vocabulary), false);
    assert.equal(isOvertaken('dCNN(-, conv2d_1, -, -)', query, vocabulary), true);
    assert.equal(isOvertaken('dCNN(-, conv2', query, vocabulary), false);
  });
});
