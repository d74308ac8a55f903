/** Descriptors of measures: what a request, the command line and the check before a computation take from them. */
import assert from 'node:assert/strict';
import * as v from 'valibot';
import { queryFlags } from '../../src/cli/commands/queryOptions.js';
import {
  MEASURE_DESCRIPTORS,
  MEASURES,
  MeasureOptionsSchema,
  sharedOptions,
  type MeasureName,
  type MeasureOptions,
} from '../../src/protocol/measure.js';
import { chosenOptions, flagOf, type MeasureOption, type OptionTable } from '../../src/protocol/measures/option.js';

/** Values within the range of an option, and such without. */
function examples(option: MeasureOption): { readonly good: readonly unknown[]; readonly bad: readonly number[] } {
  switch (option.kind) {
    case 'count': {
      const most = Number.isFinite(option.most) ? option.most : 10 * option.least;
      const above = Number.isFinite(option.most) ? [option.most + 1] : [];
      return { good: [option.least, most], bad: [option.least - 1, option.least + 0.5, ...above].filter(Boolean) };
    }
    case 'share':
      return { good: [0.5], bad: [0, -1, Number.isFinite(option.most) ? option.most + 0.1 : -0.1] };
    case 'choice':
      return { good: option.values, bad: [] };
    case 'switch':
      return { good: [true, false], bad: [] };
    case 'layer':
      return { good: ['conv2d_1'], bad: [] };
  }
}

describe('options of a measure', () => {
  const all = MEASURES.flatMap((measure) =>
    Object.entries<MeasureOption>(MEASURE_DESCRIPTORS[measure].options).map(
      ([name, option]) => [measure, name, option] as const,
    ),
  );
  const described = (measure: MeasureName): { options: OptionTable; doing: string } => MEASURE_DESCRIPTORS[measure];

  for (const [measure, name, option] of all) {
    it(`${measure}: ${name} is taken in its range, refused out of it, and has its default where it is left out`, () => {
      const { good, bad } = examples(option);
      const chosen = (value: unknown): unknown => chosenOptions(described(measure), { [name]: value as never })[name];
      for (const value of good) assert.equal(chosen(value), value);
      for (const value of bad)
        assert.throws(() => chosen(value), {
          kind: 'bad-input',
          doing: described(measure).doing,
          wrong: `${name} is ${value}`,
        });
      assert.equal(chosen(undefined), option.default);
    });
  }
  it('cross in a request, each with its own kind of value; others are dropped', () => {
    const given = Object.fromEntries(all.map(([, name, option]) => [name, examples(option).good[0]]));
    assert.deepEqual(v.parse(MeasureOptionsSchema, { ...given, other: 'a', made: 'up' }), { ...given, other: 'a' });
    assert.throws(() => v.parse(MeasureOptionsSchema, { k: 'many' }));
  });
  it('are flags of the command line, with the measures that take them, unless programs alone choose them', () => {
    const flags = new Map(queryFlags().map((flag) => [flag.long, flag.description]));
    for (const { name, measures } of sharedOptions()) {
      const shown = measures.filter(({ option }) => !option.isHidden);
      const help = flags.get(flagOf(name));
      assert.equal(help !== undefined, shown.length > 0, name);
      for (const { measure } of shown) assert.ok(help?.includes(measure), `${name} of ${measure}: ${help}`);
    }
    assert.equal(
      flags.get('--bins'),
      'intra, distance-mi, layer-mi, redundancy, slice: bins (default 32; 30 for layer-mi)',
    );
  });
  it('have one kind of value whichever measure takes them', () => {
    for (const { name, measures } of sharedOptions())
      assert.equal(new Set(measures.map(({ option }) => option.kind)).size, 1, name);
    const typed: MeasureOptions = { k: 3, of: 'layers', estimator: 'ksg', interval: true };
    assert.ok(typed);
  });
});
