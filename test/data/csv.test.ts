import assert from 'node:assert/strict';
import fc from 'fast-check';
import { readCsv } from '../../src/data/csv.js';
import { Files } from './makeFiles.js';
import { refused } from './refused.js';

const files = new Files();

describe('CSV files', () => {
  const read = (text: string, labelColumn: string | null = null) => readCsv(files.write('a.csv', text), labelColumn);
  async function check(
    text: string,
    samples: number[][],
    labels: number[],
    classNames: string[] | null = null,
    column?: string,
  ): Promise<void> {
    const table = await read(text, column ?? null);
    assert.deepEqual(table.samples, {
      shape: [samples.length, samples[0]?.length ?? 0],
      values: Float32Array.from(samples.flat()),
    });
    assert.deepEqual([[...table.labels.values], table.classNames], [labels, classNames]);
  }

  it('with a column named label use that', () =>
    check(
      'a,label,b\n1,2,3\n4,0,6\n',
      [
        [1, 3],
        [4, 6],
      ],
      [2, 0],
    ));
  it('without a header have the label first', () =>
    check(
      '7,0,255\n1,128,64',
      [
        [0, 255],
        [128, 64],
      ],
      [7, 1],
    ));
  it('with names for labels number them in alphabetical order', () =>
    check(
      'x,y,species\n1,2,virginica\n3,4,setosa\n5,6,virginica\n',
      [
        [1, 2],
        [3, 4],
        [5, 6],
      ],
      [1, 0, 1],
      ['setosa', 'virginica'],
    ));
  it('with a header and no such name have the label last', () => check('a,b,c\n1,2,3\n', [[1, 2]], [3]));
  it('take another column when told: by name or by index', async () => {
    await check('a,b,c\n1,2,3\n', [[2, 3]], [1], null, 'a');
    await check(
      '1,2,3\n4,5,6',
      [
        [1, 3],
        [4, 6],
      ],
      [2, 5],
      null,
      '1',
    );
  });
  it('may have a byte order mark, quotes, spaces, empty lines and Windows ends', () =>
    check('\ufefflabel, "a" ,b\r\n\r\n1, 2,"3"\r\n', [[2, 3]], [1]));

  it('are separated by tabs where their name says so', async () => {
    const { samples } = await readCsv(files.write('a.tsv', 'label\ta\n1\t2\n'));
    assert.deepEqual([...samples.values], [2]);
  });

  it('that lack a value, or hold words, are refused with line and column', async () => {
    await refused(() => read('label,a,b\n1,2,3\n4,,6\n'), /a\.csv: at line 3, column 2: no value/);
    await refused(() => read('label,a,b\n1,2,3\n4,5,six\n'), /at line 3, column 3: "six" is not a number/);
    await refused(() => read('label,a,b\n,2,3\n'), /line 2, column 1: no label/);
    await refused(() => read('1,2\n3,NaN\n'), /line 2, column 2: "NaN" is not a number/);
  });
  it('with lines of different lengths are refused', () => refused(() => read('1,2,3\n4,5\n'), /line 2/));
  it('take numbers in decimal digits alone: 0x10 is a name', async () => {
    const { labels, classNames } = await read('0x10,1\n0x11,2\n0x10,3\n');
    assert.deepEqual(
      [[...labels.values], classNames],
      [
        [0, 1, 0],
        ['0x10', '0x11'],
      ],
    );
    const numbers = await read('3,1e-3\n4, -.5\n5,+2.\n');
    assert.deepEqual([...numbers.labels.values, ...numbers.samples.values], [3, 4, 5, Math.fround(1e-3), -0.5, 2]);
    await refused(() => read('1,2\n3,4\n', '0x1'), /there is no label column "0x1"/);
  });

  it('with an open quote are refused', () => refused(() => read('1,2\n"3,4\n'), /a\.csv/));
  it('with nothing in them are refused', async () => {
    await refused(() => read(''), /no line of numbers/);
    await refused(() => read('label,a\n'), /no line of numbers/);
    await refused(() => read('1\n2\n'), /only one column/);
  });
  it('without the column that was asked for are refused', () =>
    refused(() => read('a,b\n1,2\n', 'colour'), /no label column "colour"/));

  it('give back any table of numbers that was written', async () => {
    const value = fc.float({ noNaN: true, noDefaultInfinity: true });
    const table = fc.tuple(fc.integer({ min: 1, max: 6 }), fc.integer({ min: 1, max: 30 })).chain(([width, height]) =>
      fc.array(fc.tuple(fc.nat(9), fc.array(value, { minLength: width, maxLength: width })), {
        minLength: height,
        maxLength: height,
      }),
    );
    await fc.assert(
      fc.asyncProperty(table, (rows) =>
        check(
          rows
            .map(([label, values]) =>
              [label, ...values].map((one) => (Object.is(one, -0) ? '-0' : String(one))).join(','),
            )
            .join('\n'),
          rows.map(([, values]) => values),
          rows.map(([label]) => label),
        ),
      ),
      { numRuns: 200 },
    );
  });
});
