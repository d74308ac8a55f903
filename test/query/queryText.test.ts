/** The text of queries: what is read, where errors point, and that text and data convert both ways. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { ALL, type IndexRange, type LayerItem, type Query, type SampleCondition } from '../../src/protocol/query.js';
import {
  normalizeRanges,
  parseQuery,
  printQuery,
  QueryError,
  type QueryVocabulary,
} from '../../src/protocol/queryText.js';
import { LayerKind } from '../../src/protocol/run.js';

const all: Query = { samples: ALL, layers: ALL, channels: ALL, epochs: ALL };
const ranges = (...list: IndexRange[]): { kind: 'ranges'; ranges: IndexRange[] } => ({ kind: 'ranges', ranges: list });
const where = (...conditions: SampleCondition[]): Query => ({ ...all, samples: { kind: 'where', conditions } });
const layers = (...items: LayerItem[]): Query => ({ ...all, layers: { kind: 'layers', items } });
const classes = (...list: IndexRange[]): SampleCondition['right'] => ({ kind: 'classes', ranges: list });

describe('a query reads', () => {
  const check = (text: string, expected: Query, vocabulary?: QueryVocabulary) =>
    it(text, () => assert.deepEqual(parseQuery(text, vocabulary), expected));

  check('dCNN(-, -, -, -)', all);
  check('  DCNN ( – ,—,−,-\t)\n', all);
  check('dCNN(x.label = 3, conv2d_2, {0..7}, -)', {
    samples: { kind: 'where', conditions: [{ field: 'label', operator: '=', right: classes([3, 3]) }] },
    layers: { kind: 'layers', items: [{ kind: 'name', name: 'conv2d_2' }] },
    channels: ranges([0, 7]),
    epochs: ALL,
  });
  check('dcnn({9, 0..3, 4, 12},-,5,last)', {
    samples: ranges([0, 4], [9, 9], [12, 12]),
    layers: ALL,
    channels: ranges([5, 5]),
    epochs: { kind: 'last' },
  });
  check('dCNN(3..5, -, -, {0..2, 8})', { ...all, samples: ranges([3, 5]), epochs: ranges([0, 2], [8, 8]) });
  check('dCNN(x.label = {3, 5..7}, -, -, -)', where({ field: 'label', operator: '=', right: classes([3, 3], [5, 7]) }));
  check(
    'dCNN(x.label != y, -, -, -)',
    where({ field: 'label', operator: '≠', right: { kind: 'field', field: 'prediction' } }),
  );
  check(
    'dCNN(x.label≠y, -, -, -)',
    where({ field: 'label', operator: '≠', right: { kind: 'field', field: 'prediction' } }),
  );
  check('dCNN(y == 3, -, -, -)', where({ field: 'prediction', operator: '=', right: classes([3, 3]) }));
  check(
    'dCNN(x.prediction = x.label, -, -, -)',
    where({ field: 'prediction', operator: '=', right: { kind: 'field', field: 'label' } }),
  );
  check(
    'dCNN(x.split = train and x.label ≠ 0 AND x.split != validation, -, -, -)',
    where(
      { field: 'split', operator: '=', right: { kind: 'split', split: 'train' } },
      { field: 'label', operator: '≠', right: classes([0, 0]) },
      { field: 'split', operator: '≠', right: { kind: 'split', split: 'validation' } },
    ),
  );
  check(
    "dCNN(x.label = {cat, 'big dog', 2}, -, -, -)",
    where({ field: 'label', operator: '=', right: classes([0, 2]) }),
    { classNames: ['big dog', 'cat', 'eel'] },
  );
  check(
    "dCNN(-, {1..3, conv2d_2, 'my layer', \"it's\", kind:conv, 4}, -, -)",
    layers(
      { kind: 'range', range: [1, 3] },
      { kind: 'name', name: 'conv2d_2' },
      { kind: 'name', name: 'my layer' },
      { kind: 'name', name: "it's" },
      { kind: 'layerKind', layerKind: 'conv' },
      { kind: 'range', range: [4, 4] },
    ),
  );
  check('dCNN(-, kind: pool, -, -)', layers({ kind: 'layerKind', layerKind: 'pool' }));
  check("dCNN(-, 'kind:conv', -, -)", layers({ kind: 'name', name: 'kind:conv' }));
  check('dCNN(-, block1/conv-1.relu:pre, -, -)', layers({ kind: 'name', name: 'block1/conv-1.relu:pre' }));
  check('dCNN(-, свёртка_1, -, -)', layers({ kind: 'name', name: 'свёртка_1' }));
  check("dCNN(-, 'a\\'b\\\\c\\u000ad', -, -)", layers({ kind: 'name', name: "a'b\\c\nd" }));
});

describe('an error says what to try', () => {
  const check = (text: string, words: RegExp) => it(text, () => assert.match(errorOf(text).tryThis, words));

  check('dCNN(-1, -, -, -)', /count from 0/);
  check('dCNN(x.label = -1, -, -, -)', /count from 0/);
  check('dCNN({0:9}, -, -, -)', /range is written 0\.\.9/);
  check('dCNN(0-9, -, -, -)', /range is written 0\.\.9/);
  check('dCNN({0...9}, -, -, -)', /range is written 0\.\.9/);
  check('dCNN(-, -, 1.5, -)', /range is written 0\.\.9/);
  check('dCNN([0..9], -, -, -)', /list is written/);
  check('dCNN({}, -, -, -)', /list is written/);
  check('dCNN({1,}, -, -, -)', /list is written/);
  check('dCNN(*, -, -, -)', /"-" means all/);
  check('dCNN(, -, -, -)', /"-" means all/);
  check('dCNN(x.label = 3 or y = 2, -, -, -)', /joined by "and"/);
  check('dCNN(x.label = 3 && y = 2, -, -, -)', /joined by "and"/);
  check('dCNN(x.label <> y, -, -, -)', /= or ≠ \(or !=\)/);
  check('dCNN(x.label > 3, -, -, -)', /= or ≠ \(or !=\)/);
  check('dCNN(label = 3, -, -, -)', /x\.label, y \(the prediction\) or x\.split/);
  check('dCNN(x.split = test, -, -, -)', /x\.split = validation/);
  check('dCNN(-, 3conv, -, -)', /begins with a digit in quotes/);
  check('dCNN(-, 3.conv-1, -, -)', /begins with a digit in quotes/);
  check('dCNN(-, -, -, {2..last})', /"last" stands alone/);
  check('dCNN(-, -, -)', /A query looks like/);
  check('dCNN(-, -, constructor, -)', /A query looks like/);
});

describe('an error underlines what is wrong', () => {
  /** `marked` is the text between `from` and `to`; at the end of the text it is empty. */
  const check = (text: string, marked: string, words: RegExp, vocabulary?: QueryVocabulary) =>
    it(`${text} → ${marked || '(end)'}`, () => {
      const error = errorOf(text, vocabulary);
      assert.equal(text.slice(error.from, error.to), marked);
      assert.ok(error.to > error.from, 'something is underlined');
      assert.match(error.wrong, words);
      assert.match(error.wrong, new RegExp(`^column ${error.from + 1}: `));
      assert.equal(error.kind, 'bad-input');
      assert.ok(error.doing !== '' && error.tryThis.endsWith('.'));
    });

  check('', '', /expected dCNN, found the end of the query/);
  check('CNN(-, -, -, -)', 'CNN', /expected dCNN, found "CNN"/);
  check('dCNN -, -, -, -)', '-', /expected "\("/);
  check('dCNN(-, -, -)', ')', /expected "," and then the epochs T, found "\)"/);
  check('dCNN(-, -, -, -', '', /expected "\)", found the end/);
  check('dCNN(-, -, -, -, -)', ',', /expected "\)", found ","/);
  check('dCNN(-, -, -, -) dCNN', 'dCNN', /expected the end of the query/);
  check('dCNN(, -, -, -)', ',', /the samples X: expected|expected the samples X/);
  check('dCNN(-5, -, -, -)', '5', /expected "," and then the layers L/);
  check('dCNN(1.5, -, -, -)', '.', /expected ","/);
  check('dCNN({}, -, -, -)', '}', /the samples X/);
  check('dCNN({1, {2}}, -, -, -)', '{', /the samples X/);
  check('dCNN({1 2}, -, -, -)', '2', /expected "," or "}"/);
  check('dCNN({7..3}, -, -, -)', '7..3', /is reversed/);
  check('dCNN({7..}, -, -, -)', '}', /last index of the range/);
  check('dCNN(99999999999999999999, -, -, -)', '99999999999999999999', /too large/);
  check('dCNN(label = 3, -, -, -)', 'label', /a condition on x\.label, y or x\.split/);
  check('dCNN(x.label 3, -, -, -)', '3', /expected "=" or "≠"/);
  check('dCNN(x.label = , -, -, -)', ',', /a class/);
  check('dCNN(x.label = cat, -, -, -)', 'cat', /a class index/);
  check('dCNN(x.label = car, -, -, -)', 'car', /class car: the run has cat, dog/, { classNames: ['cat', 'dog'] });
  check('dCNN(x.label = x.label, -, -, -)', 'x.label', /cannot be compared/);
  check('dCNN(y = x.split, -, -, -)', 'x.split', /cannot be compared/);
  check('dCNN(x.split = test, -, -, -)', 'test', /train or validation/);
  check('dCNN(x.label = 1 or y = 2, -, -, -)', 'or', /expected ","/);
  check('dCNN(x.label = 1 and, -, -, -)', ',', /a condition/);
  check('dCNN(-, "open, -, -)', '"open, -, -)', /never closed/);
  check('dCNN(-, kind:convolution, -, -)', 'kind:convolution', /no layer kind 'convolution'/);
  check('dCNN(-, kind:, -, -)', 'kind:', /no layer kind/);
  check('dCNN(-, 2nd, -, -)', 'nd', /expected ","/);
  check('dCNN(-, {conv, -}, -, -)', '-', /a layer/);
  check('dCNN(-, conv2d_9, -, -)', 'conv2d_9', /layer conv2d_9: the run has conv2d_1, dense/, {
    layerNames: ['conv2d_1', 'dense'],
  });
  check('dCNN(-, -, conv, -)', 'conv', /the channels C/);
  check('dCNN(-, -, -, {0, last})', 'last', /the epochs T/);
  check('dCNN(-, -, -, 💥)', '💥', /found "💥"/);
});

describe('printing', () => {
  const check = (text: string, canonical: string, vocabulary?: QueryVocabulary) =>
    it(`${text} → ${canonical}`, () => assert.equal(printQuery(parseQuery(text, vocabulary)), canonical));

  check('dcnn(–,–,–,–)', 'dCNN(-, -, -, -)');
  check('dCNN({5},{3},{2..2},{1})', 'dCNN(5, 3, 2, 1)');
  check('dCNN({3,1,2,9},-,0..7,last)', 'dCNN({1..3, 9}, -, {0..7}, last)');
  check('dCNN(x.prediction!=x.label and x.label={1},-,-,-)', 'dCNN(y ≠ x.label and x.label = 1, -, -, -)');
  check('dCNN(-,{"conv2d_1", "a b", \'kind:conv\'},-,-)', "dCNN(-, {conv2d_1, 'a b', 'kind:conv'}, -, -)");
  check('dCNN(x.label = dog,-,-,-)', 'dCNN(x.label = 1, -, -, -)', { classNames: ['cat', 'dog'] });

  it('and reading are inverse for every query', () => {
    fc.assert(fc.property(anyQuery, (query) => assert.deepEqual(parseQuery(printQuery(query)), query)));
  });
  it('is canonical: printing what was read of a printed query changes nothing', () => {
    fc.assert(
      fc.property(anyQuery, (query) => assert.equal(printQuery(parseQuery(printQuery(query))), printQuery(query))),
    );
  });
  it('keeps a query on one line whatever the layers are called', () => {
    fc.assert(
      fc.property(anyText, (name) =>
        assert.doesNotMatch(printQuery(layers({ kind: 'name', name })), /[\p{Cc}\u2028\u2029]/u),
      ),
    );
  });
});

describe('text made to do harm', () => {
  const check = (what: string, text: string) =>
    it(`${what} ends with an error in under a second`, () => {
      const start = performance.now();
      const error = errorOf(text);
      assert.ok(performance.now() - start < 1000);
      assert.ok(error.wrong.length < 300, 'the error stays short');
    });

  check('100,000 braces', 'dCNN(' + '{'.repeat(1e5));
  check('60,000 braces', 'dCNN(' + '{'.repeat(6e4));
  check('60,000 quotes', "dCNN(-, '" + "\\'".repeat(3e4));
  check('60,000 double quotes', 'dCNN(-, ' + '"'.repeat(59_999));
  check('60,000 backslashes', "dCNN(-, '" + '\\'.repeat(6e4));
  check('60,000 digits', 'dCNN(' + '9'.repeat(6e4));
  check('60,000 dots', 'dCNN(-, a' + '.'.repeat(6e4));
  check('a name of 60,000 letters and dots', 'dCNN(-, ' + 'a.'.repeat(3e4));
  check('60,000 spaces', ' '.repeat(6e4));
  check('20,000 conditions', 'dCNN(y=1' + ' and y'.repeat(1e4));
  check('combining marks', 'dCNN(-, a' + '\u0301'.repeat(6e4));

  it('a long list of indices is read in under a second', () => {
    const start = performance.now();
    parseQuery(`dCNN({${Array.from({ length: 9000 }, (_, index) => index * 2).join(',')}}, -, -, -)`);
    assert.ok(performance.now() - start < 1000);
  });
  it('any text gives a query or a QueryError inside the text', () => {
    const scraps = fc.constantFrom(
      'dCNN',
      '(',
      ')',
      '{',
      '}',
      ',',
      '-',
      '..',
      '=',
      '≠',
      'x.label',
      'y',
      'and',
      'last',
      "'",
      '\\',
      '7',
      'kind:',
      ' ',
    );
    const text = fc.oneof(
      anyText,
      fc.array(scraps, { maxLength: 40 }).map((parts) => parts.join('')),
    );
    fc.assert(
      fc.property(text, (hostile) => {
        try {
          parseQuery(hostile);
        } catch (error) {
          assert.ok(error instanceof QueryError);
          assert.ok(error.from >= 0 && error.from <= hostile.length && error.to > error.from);
        }
      }),
    );
  });
});

function errorOf(text: string, vocabulary?: QueryVocabulary): QueryError {
  try {
    parseQuery(text, vocabulary);
  } catch (error) {
    assert.ok(error instanceof QueryError, String(error));
    return error;
  }
  return assert.fail('the text was read without an error');
}

const anyText = fc.string({ unit: 'binary' });
const anyRange = fc.tuple(fc.nat(), fc.nat({ max: 99 })).map(([from, extra]): IndexRange => [from, from + extra]);
const anyRanges = fc.array(anyRange, { minLength: 1, maxLength: 6 }).map((list) => normalizeRanges(list));
const anyIndices = anyRanges.map((list) => ranges(...list));
const anyOperator = fc.constantFrom('=' as const, '≠' as const);
/** Plain objects, as deepEqual wants them. */
const record: typeof fc.record = (model: object) => fc.record(model, { noNullPrototype: true }) as never;
const anyCondition: fc.Arbitrary<SampleCondition> = fc.oneof(
  record({
    field: fc.constantFrom('label' as const, 'prediction' as const),
    operator: anyOperator,
    right: anyRanges.map((list) => classes(...list)),
  }),
  record({
    field: fc.constant('label' as const),
    operator: anyOperator,
    right: fc.constant({ kind: 'field' as const, field: 'prediction' as const }),
  }),
  record({
    field: fc.constant('prediction' as const),
    operator: anyOperator,
    right: fc.constant({ kind: 'field' as const, field: 'label' as const }),
  }),
  record({
    field: fc.constant('split' as const),
    operator: anyOperator,
    right: fc.constantFrom('train' as const, 'validation' as const).map((split) => ({ kind: 'split' as const, split })),
  }),
);
const anyLayer: fc.Arbitrary<LayerItem> = fc.oneof(
  anyText.map((name) => ({ kind: 'name' as const, name })),
  fc
    .constantFrom('conv2d_1', 'a/b', 'last', 'and', 'x.label', '3', '', 'kind:conv')
    .map((name) => ({ kind: 'name' as const, name })),
  anyRange.map((range) => ({ kind: 'range' as const, range })),
  fc.constantFrom(...LayerKind.options).map((layerKind) => ({ kind: 'layerKind' as const, layerKind })),
);
const anyQuery: fc.Arbitrary<Query> = record({
  samples: fc.oneof(
    fc.constant(ALL),
    anyIndices,
    fc
      .array(anyCondition, { minLength: 1, maxLength: 4 })
      .map((conditions) => ({ kind: 'where' as const, conditions })),
  ),
  layers: fc.oneof(
    fc.constant(ALL),
    fc.array(anyLayer, { minLength: 1, maxLength: 5 }).map((items) => ({ kind: 'layers' as const, items })),
  ),
  channels: fc.oneof(fc.constant(ALL), anyIndices),
  epochs: fc.oneof(fc.constant(ALL), anyIndices, fc.constant({ kind: 'last' as const })),
});
