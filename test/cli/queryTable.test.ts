/** What `query` prints and refuses: tables that explain themselves, and no option that is silently without effect. */
import assert from 'node:assert/strict';
import { cellText, provenanceText, tableOf, withEstimator } from '../../src/cli/commands/queryTable.js';
import {
  checkTaken,
  type CkaResult,
  type InterResult,
  type InterValue,
  type IntraResult,
  type LayerMiResult,
  type MeasureName,
  type MeasureOptions,
  type MeasureResult,
  type Provenance,
  type RedundancyResult,
} from '../../src/protocol/measure.js';
import { sampleManifest } from '../store/sampleRun.js';

const manifest = sampleManifest();
const said = (measure: MeasureName, n: number, unit: Provenance['unit'] = 'bits'): Provenance => ({
  ...{ measure, estimator: 'counted, plainly', parameters: { k: 3 }, n, unit, version: '1' },
});

function interOf(values: readonly Partial<InterValue>[]): InterResult {
  const nothing = { excessBits: null, noiseBits: null, halfWidthBits: null, reason: null, d: 2, k: 3, bits: 1.5 };
  const counts = { tieCount: 0, zeroScaleCount: 0, nonFiniteCount: 0, n: 9 };
  const all = values.map((value, epoch) => ({ layer: 1, epoch, ...nothing, ...counts, ...value }));
  return { measure: 'inter', provenance: said('inter', 9), values: all };
}

function cells(result: MeasureResult, row = 0): Record<string, unknown> {
  const { header, rows } = tableOf(result, manifest);
  assert.equal(new Set(header).size, header.length, 'a column’s name stands once');
  assert.ok(rows.every((one) => one.length === header.length));
  return Object.fromEntries(header.map((name, column) => [name, rows[row][column]]));
}

describe('a layer that has wholly died', () => {
  it('is marked in the row of its inter-sample entropy', () => {
    const rows = interOf([{ isDead: true, tieCount: 9 }, {}]);
    assert.equal(
      cells(rows)['note'],
      'dead layer: all outputs are constant, so its diversity is meaningless; 9 tied at the k-th neighbour',
    );
    assert.equal(cells(rows, 1)['note'], '');
  });
});

describe('options of a query', () => {
  const refuses = (measure: MeasureName, options: MeasureOptions, wrong: RegExp): void =>
    assert.throws(() => checkTaken(measure, options), wrong);

  it('that another measure takes are refused, and those that this one takes are named', () => {
    refuses(
      'inter',
      { bins: 5 },
      /--bins is not an option of inter.*inter takes --k, --neighbours, --noise, --interval/,
    );
    refuses('intra', { permutations: 200 }, /--permutations is not an option of intra/);
    refuses('label', { nullPairs: 2000 }, /--null-pairs is not an option of label.*Omit it\.$/);
  });
  it('that another estimator takes are refused', () => {
    refuses('layer-mi', { noiseShare: 0.1 }, /--noise-share is not an option of the estimator binned.*--estimator kde/);
    refuses('layer-mi', { estimator: 'kde', bins: 30 }, /--bins is not an option of the estimator kde/);
  });
  it('that the measure takes are taken', () => {
    checkTaken('inter', { k: 5, noise: true, interval: true, neighbours: 'approximate' });
    checkTaken('layer-mi', { estimator: 'kde', noiseShare: 0.1, permutations: 39, seed: 2, interval: true });
    checkTaken('distance-mi', { of: 'channels', other: '4', permutations: 19, nullPairs: 2000, sensitivity: true });
  });
});

describe('the table of a query', () => {
  it('has the k that was used and what was left out of each row', () => {
    const { k, N, note } = cells(interOf([{ k: 2, n: 7, nonFiniteCount: 2, tieCount: 1, zeroScaleCount: 3 }]));
    assert.deepEqual([k, N], [2, 7]);
    assert.match(String(note), /2 left out: not finite; 1 tied .*; 3 without a scale/);
  });
  it('says why a row of intra-sample entropies is empty', () => {
    const nothing = { channels: [0], bits: [null], variance: [null], n: [0], meanBits: null, reason: 'no maps' };
    const values = [{ layer: 1, epoch: 0, classIndex: null, ...nothing }];
    const result: IntraResult = {
      ...{ measure: 'intra', provenance: said('intra', 0), range: 'map', bins: 32, computedFrom: 'maps', values },
    };
    assert.equal(cells(result)['note'], 'no maps');
  });
  it('says why two layers have no alignment', () => {
    const place = { epoch: 0, layer: null, items: [0, 1], halfWidths: null, n: 9, nonFiniteCount: 0, reason: null };
    const values = [{ ...place, values: [1, null, null, null] }];
    const result: CkaResult = { measure: 'cka', provenance: said('cka', 9, 'share'), between: 'layers', values };
    assert.deepEqual([cells(result)['note'], cells(result, 1)['CKA']], ['', null]);
    assert.match(String(cells(result, 1)['note']), /constant/);
  });
  it('has Miller–Madow beside the plug-in of layers, and the null beside a redundant pair', () => {
    const bits = { inputBits: 2, labelBits: 1, inputMillerMadowBits: 2.5, labelMillerMadowBits: 0.5 };
    const value = { layer: 1, epoch: 0, unit: null, n: 9, d: 4, nonFiniteCount: 0, reason: null, ...bits };
    const values = [value] as unknown as LayerMiResult['values']; // the other columns are empty
    const layerMi: LayerMiResult = {
      ...{ measure: 'layer-mi', provenance: said('layer-mi', 9), estimator: 'binned', values },
      ...{ pairs: [{ layer: 1, epoch: 0, a: 0, b: 1, bits: 0.25, null: null }], converged: [] },
    };
    assert.deepEqual([cells(layerMi)['Miller-Madow X'], cells(layerMi)['Miller-Madow Y']], [2.5, 0.5]);
    assert.equal(cells(layerMi, 1)['note'], 'I of the two units');
    const empty = { ...value, n: 0, inputCeilingBits: 0, reason: 'none' } as unknown as LayerMiResult['values'][0];
    assert.equal(cells({ ...layerMi, values: [empty] })['log2 N'], null);
    const pairs = [{ a: 0, b: 3, r: 0.97, bits: 2, share: 0.8, nullShare: 0.1 }];
    const place = { layer: 1, epoch: 0, channelCount: 4, recommendedCount: 2, stable: true, n: 9, nonFiniteCount: 0 };
    const redundancy: RedundancyResult = {
      ...{ measure: 'redundancy', provenance: said('redundancy', 9) },
      values: [{ ...place, dead: [], deadSince: [], saturated: [], pairs, reason: null }],
    };
    assert.equal(cells(redundancy)['pairs'], '0~3 r=0.970 MI/H=0.800 null=0.100');
  });
  it('says the estimator, the parameters, the unit, and both ends of N where rows differ', () => {
    assert.equal(provenanceText(interOf([{}])), 'counted, plainly; k = 3; N = 9; unit: bits');
    assert.match(provenanceText(interOf([{}, { n: 4 }])), /N = 4 to 9;/);
    assert.match(provenanceText({ provenance: said('metrics', 9, 'own'), values: [] }), /unit: each metric’s own$/);
  });
  it('has no −0, and the estimator in every row of a CSV', () => {
    assert.deepEqual([-0.00001, -0.25, 0.12345].map(cellText), ['0.0000', '-0.2500', '0.1235']);
    const [header, rows] = withEstimator(tableOf(interOf([{}]), manifest), 'counted, plainly');
    assert.deepEqual([header.at(-1), rows[0].at(-1)], ['estimator', 'counted, plainly']);
  });
});
