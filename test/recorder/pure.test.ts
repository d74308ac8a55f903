/** The recorder's arithmetic: which probes, what the targets mean, what layers are. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { chooseProbes } from '../../src/recorder/probes/chooseProbes.js';
import { interpretLabels, predictedClasses } from '../../src/recorder/probes/interpretLabels.js';
import { mapGeometry } from '../../src/recorder/model/mapGeometry.js';
import { layerKind } from '../../src/frameworks/tfjs/layerKinds.js';

const labelled = (labels: readonly number[]) => ({ count: labels.length, labels: Int32Array.from(labels) });
const labelArray = (maximum: number) => fc.array(fc.integer({ min: 0, max: 4 }), { maxLength: maximum });

describe('the choice of probes', () => {
  const choice = fc.record({
    validation: labelArray(60),
    training: labelArray(120),
    wanted: fc.integer({ min: 1, max: 200 }),
    seed: fc.nat(),
  });

  it('gives as many as are wanted or there, each once, with its own label', () => {
    fc.assert(
      fc.property(choice, ({ validation, training, wanted, seed }) => {
        const probes = chooseProbes(labelled(validation), labelled(training), wanted, seed);
        assert.equal(probes.length, Math.min(wanted, validation.length + training.length));
        assert.equal(new Set(probes.map(({ split, row }) => `${split} ${row}`)).size, probes.length);
        for (const { split, row, label } of probes)
          assert.equal(label, (split === 'train' ? training : validation)[row]);
      }),
    );
  });

  it('is balanced: no class has more than another that still had samples', () => {
    fc.assert(
      fc.property(choice, ({ validation, training, wanted, seed }) => {
        const probes = chooseProbes(labelled(validation), labelled(training), wanted, seed);
        const classes = [0, 1, 2, 3, 4].map((label) => ({
          chosen: probes.filter((probe) => probe.label === label).length,
          there: [...validation, ...training].filter((one) => one === label).length,
        }));
        for (const a of classes) for (const b of classes) assert.ok(a.chosen <= b.chosen + 1 || b.chosen === b.there);
      }),
    );
  });

  it('takes training samples of a class only when its validation samples are used up', () => {
    fc.assert(
      fc.property(choice, ({ validation, training, wanted, seed }) => {
        const probes = chooseProbes(labelled(validation), labelled(training), wanted, seed);
        for (const { label } of probes.filter(({ split }) => split === 'train')) {
          const used = probes.filter((probe) => probe.split === 'validation' && probe.label === label).length;
          assert.equal(used, validation.filter((one) => one === label).length);
        }
      }),
    );
  });

  it('alternates the classes, so that a first part is balanced too', () => {
    const labels = Array.from({ length: 1000 }, (_, i) => (i < 700 ? 0 : i % 10));
    const first = chooseProbes(labelled(labels), labelled([]), 200, 1).slice(0, 50);
    const counts = Array.from({ length: 10 }, (_, label) => first.filter((probe) => probe.label === label).length);
    assert.deepEqual(counts, new Array(10).fill(5));
  });

  it('is the same for the same seed and differs for another', () => {
    const labels = Array.from({ length: 500 }, (_, i) => i % 10);
    const rows = (seed: number): number[] =>
      chooseProbes(labelled(labels), labelled(labels), 50, seed).map(({ row }) => row);
    assert.deepEqual(rows(7), rows(7));
    assert.notDeepEqual(rows(7), rows(8));
    // Pinned: another machine must choose the same.
    assert.deepEqual(rows(0).slice(0, 6), PINNED);
  });

  it('needs no labels', () => {
    const probes = chooseProbes({ count: 3, labels: null }, { count: 100, labels: null }, 10, 0);
    assert.deepEqual(
      [probes.length, probes.filter(({ split }) => split === 'validation').length, probes[0]?.label],
      [10, 3, -1],
    );
  });
});

const PINNED: readonly number[] = [460, 61, 122, 23, 434, 485];

describe('targets', () => {
  function check(
    values: readonly number[],
    shape: readonly number[],
    loss: string,
    outputs: number,
    expected: object,
  ): void {
    const { task, ...rest } = interpretLabels({ values, shape }, { loss, outputShape: [outputs] });
    assert.deepEqual(
      { task, ...('labels' in rest ? { form: rest.form, classCount: rest.classCount, labels: [...rest.labels] } : {}) },
      expected,
    );
  }
  const classes = (form: string, classCount: number, labels: number[]) => ({
    task: 'classification',
    form,
    classCount,
    labels,
  });

  it('that are one-hot, or smoothed, are classes', () => {
    check([0, 1, 0, 1, 0, 0], [2, 3], 'categoricalCrossentropy', 3, classes('one-hot', 3, [1, 0]));
    check([0.05, 0.9, 0.05, 0.9, 0.05, 0.05], [2, 3], 'categoricalCrossentropy', 3, classes('one-hot', 3, [1, 0]));
    check([0, 1, 0, 1, 0, 0], [2, 3], 'meanSquaredError', 3, classes('one-hot', 3, [1, 0]));
  });
  it('that are indices, as floats or with an axis of 1, are classes', () => {
    check([2, 0, 1], [3], 'sparseCategoricalCrossentropy', 3, classes('sparse', 3, [2, 0, 1]));
    check([2, 0, 1], [3, 1], 'sparseCategoricalCrossentropy', 3, classes('sparse', 3, [2, 0, 1]));
  });
  it('that are indices out of range, halves or NaN have no class', () => {
    for (const wrong of [3, -1, 0.5, NaN]) check([0, wrong], [2], 'sparseCategoricalCrossentropy', 3, { task: 'none' });
  });
  it('of one sigmoid are two classes', () => {
    check([1, 0, 1], [3, 1], 'binaryCrossentropy', 1, classes('binary', 2, [1, 0, 1]));
    check([1, 0, 1], [3], 'binaryCrossentropy', 1, classes('binary', 2, [1, 0, 1]));
  });
  it('that are numbers are regressed', () => {
    check([1, 0, 1], [3, 1], 'meanSquaredError', 1, { task: 'regression' });
    check([1.5, -2, 0.1, 7], [2, 2], 'meanSquaredError', 2, { task: 'regression' });
  });
  it('of several classes at once have no one class', () => {
    check([1, 1, 0, 0, 0, 0], [2, 3], 'binaryCrossentropy', 3, { task: 'none' });
  });
  it('that are images are regressed, unread', () => {
    assert.deepEqual(
      interpretLabels({ values: [], shape: [5, 4, 4, 1] }, { loss: 'binaryCrossentropy', outputShape: [4, 4, 1] }),
      { task: 'regression' },
    );
  });
  it('are predicted by the greatest output, ties to the lowest class, or by the half', () => {
    assert.deepEqual([...predictedClasses(Float32Array.of(0.1, 0.9, 0.5, 0.5, NaN, NaN), 3, 'one-hot')], [1, 0, 0]);
    assert.deepEqual([...predictedClasses(Float32Array.of(0.49, 0.5, 1, NaN), 4, 'binary')], [0, 1, 1, 0]);
  });
});

describe('layers', () => {
  it('have channels last or first, and maps of at most three axes', () => {
    const check = (
      shape: number[],
      format: 'channelsLast' | 'channelsFirst',
      channelCount: number,
      mapShape: number[],
    ) => assert.deepEqual(mapGeometry(shape, format), { channelCount, mapShape });
    check([5, 7, 3], 'channelsLast', 3, [5, 7]);
    check([3, 5, 7], 'channelsFirst', 3, [5, 7]);
    check([9, 4], 'channelsLast', 4, [9]);
    check([10], 'channelsLast', 10, []);
    check([], 'channelsLast', 1, []);
    check([2, 3, 4, 5, 6], 'channelsLast', 6, [6, 4, 5]);
  });
  it('are of a kind by their class', () => {
    const kinds = {
      Conv2D: 'conv',
      SeparableConv2D: 'conv',
      ConvLSTM2D: 'recurrent',
      MaxPooling2D: 'pool',
      GlobalAveragePooling2D: 'pool',
      BatchNormalization: 'normalization',
      ReLU: 'activation',
      SpatialDropout1D: 'dropout',
      Flatten: 'reshape',
      Dense: 'dense',
      Add: 'merge',
      InputLayer: 'input',
      Mine: 'other',
    };
    for (const [className, kind] of Object.entries(kinds)) assert.equal(layerKind(className), kind, className);
  });
});
