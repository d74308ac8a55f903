import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { textHashes } from '../../src/extension/detect/textHashes.js';
import { recordedPaths } from '../../src/extension/match/recordedFiles.js';
import { HEAD as TABLE_HEAD, MATCHING_TABLE, matchingMarkdown, outcomeOf } from './matchingTable.js';
import type { LayerDefinition } from '../../src/extension/detect/layerDefinition.js';
import { matchLayers, type LayerMatch } from '../../src/extension/match/matchLayers.js';
import { certainPairs } from '../../src/analysis/compare/alignment.js';
import type { Layer } from '../../src/protocol/run.js';
import { detect } from '../detection/detector.js';
import { layer } from './recorded.js';

const HEAD = "import * as tf from '@tensorflow/tfjs';\nconst model = tf.sequential();\n";
const conv = (filters: number, more = ''): string =>
  `model.add(tf.layers.conv2d({ filters: ${filters}, kernelSize: 3${more} }));`;
const POOL = 'model.add(tf.layers.maxPooling2d({ poolSize: 2 }));';
const FLATTEN = 'model.add(tf.layers.flatten());';

/** What a recorder would note while the text runs: place, class and resolved arguments of each construction. */
async function recorded(text: string): Promise<Layer[]> {
  const definitions = await detect(text);
  return definitions.map((definition, index) =>
    layer(index, definition.className, {
      name: definition.name ?? `layer_${index}`,
      source: {
        file: 'train.js',
        line: definition.callee.start.line + 1,
        column: definition.callee.start.character + 1,
      },
      config: configOf(definition),
    }),
  );
}

function configOf({ className, arguments: given }: LayerDefinition): Layer['config'] {
  const plain = Object.fromEntries(Object.entries(given).map(([key, { value }]) => [key, value])) as Layer['config'];
  if (className === 'Conv2D') {
    const size = plain['kernelSize'] as number;
    const shape = plain['inputShape'] as number[] | undefined;
    return {
      ...(shape ? { batchInputShape: [null, ...shape] } : {}),
      strides: [1, 1],
      padding: 'valid',
      activation: 'linear',
      useBias: true,
      ...plain,
      kernelSize: [size, size],
    };
  }
  if (className === 'MaxPooling2D') return { strides: [2, 2], padding: 'valid', ...plain, poolSize: [2, 2] };
  return plain;
}

function told(matches: readonly LayerMatch[]): string[] {
  return matches.map((match) =>
    match.state === 'unrecorded'
      ? 'unrecorded'
      : `${match.state} ${match.layers.map(({ index }) => index).join('+')}`.trim(),
  );
}

/** Records `before`, looks at `after`. */
async function check(before: readonly string[], after: readonly string[], expected: readonly string[]): Promise<void> {
  const [then, now] = [HEAD + before.join('\n'), HEAD + after.join('\n')];
  assert.deepEqual(told(matchLayers(await detect(now), await recorded(then), then === now)), expected);
}

describe('the table of edits in docs/matching.md', () => {
  for (const { edit, before, after, outcome } of MATCHING_TABLE)
    it(`${edit}: ${outcome.join(' · ')}`, async () => {
      const [then, now] = [before, after].map((lines) => TABLE_HEAD + lines.join('\n')) as [string, string];
      const matches = matchLayers(await detect(now), await recorded(then), then === now);
      assert.deepEqual(matches.map(outcomeOf), outcome);
    });

  it('is what the page says', () =>
    assert.ok(readFileSync('docs/matching.md', 'utf8').includes(`\n${matchingMarkdown()}\n`), matchingMarkdown()));
});

describe('the file of a recording', () => {
  const here = { path: '/w/src/model.js', hashes: ['aa', 'bb'] };
  const check = async (
    recordedFile: { path: string; sha256: string | null },
    disk: readonly string[],
    isSame: boolean,
  ): Promise<void> => {
    const places = {
      locate: (path: string): string => `/w/${path}`,
      real: (file: string): Promise<string | null> => Promise.resolve(disk.includes(file) ? file : null),
    };
    const same = await recordedPaths(here, [recordedFile], places);
    assert.deepEqual([...same], isSame ? [recordedFile.path] : []);
  };

  it('is the one at its place, edited or not', () => check({ path: 'src/model.js', sha256: 'cc' }, [here.path], true));
  it('is one that was moved and not edited', () => check({ path: 'model.js', sha256: 'AA' }, [here.path], true));
  it('is not one that was moved and edited', () => check({ path: 'model.js', sha256: 'cc' }, [here.path], false));
  it('is not a copy, as long as the recorded one is there', () =>
    check({ path: 'model.js', sha256: 'aa' }, [here.path, '/w/model.js'], false));
  it('is not one that may not be looked at', async () => {
    const places = { locate: () => null, real: () => Promise.resolve(null) };
    assert.equal((await recordedPaths(here, [{ path: '/etc/x', sha256: 'aa' }], places)).size, 0);
  });
});

describe('the text of a recording', () => {
  const sha256 = (text: string): string => createHash('sha256').update(text, 'utf8').digest('hex');

  it('is the same under other line ends and with a byte order mark, and not otherwise', () => {
    for (const now of ['a\nb\n', 'a\r\nb\r\n', 'a\r\nb\n']) {
      const hashes = textHashes(now);
      for (const then of ['a\nb\n', 'a\r\nb\r\n', '\ufeffa\nb\n', '\ufeffa\r\nb\r\n', now])
        assert.ok(hashes.includes(sha256(then)), JSON.stringify([now, then]));
      for (const then of ['a\nb', 'a\n\nb\n', 'ab\n']) assert.ok(!hashes.includes(sha256(then)));
    }
  });
});

describe('matching recorded layers to the text of today', () => {
  describe('the file is as it was recorded', () => {
    it('every layer belongs to the definition at its place', () =>
      check(
        [conv(8), POOL, conv(8), POOL],
        [conv(8), POOL, conv(8), POOL],
        ['current 0', 'current 1', 'current 2', 'current 3'],
      ));

    it('constructions on one line are told apart by their column', async () => {
      const text = `${HEAD}const x = tf.layers.conv2d({ filters: 1 }).apply(tf.layers.conv2d({ filters: 2 }).apply(y));`;
      const layers = await recorded(text);
      assert.deepEqual(told(matchLayers(await detect(text), [...layers].reverse(), true)), ['current 0', 'current 1']);
    });

    for (const [what, shift] of [
      ['the opening bracket', 6],
      ['the start of the expression', -10],
    ] as const)
      it(`a column at ${what} is understood`, async () => {
        const text = `${HEAD}${conv(3)} ${POOL}`;
        const [first] = await recorded(text);
        const { line, column } = first!.source!;
        const moved = { ...first!, source: { file: 'train.js', line, column: column + shift } };
        assert.deepEqual(told(matchLayers(await detect(text), [moved], true)), ['current 0', 'unrecorded']);
      });

    it('a loop has all the layers that it made', async () => {
      const text = `${HEAD}for (const filters of [8, 16]) model.add(tf.layers.conv2d({ filters }));`;
      const [once] = await recorded(text);
      assert.deepEqual(told(matchLayers(await detect(text), [once!, { ...once!, index: 1 }], true)), ['current 0+1']);
    });

    it('a layer of another class at the same place is not taken', async () => {
      const text = HEAD + conv(3);
      const [first] = await recorded(text);
      assert.deepEqual(told(matchLayers(await detect(text), [{ ...first!, className: 'Dense' }], true)), [
        'unrecorded',
      ]);
    });
  });

  describe('the file was edited', () => {
    const LENET = [conv(8), POOL, conv(16), FLATTEN];

    it('lines moved: values stay with their layers', () =>
      check(
        LENET,
        ['// one', '', ...LENET.map((line) => `  ${line}`), 'run();'],
        ['current 0', 'current 1', 'current 2', 'current 3'],
      ));

    it('a layer inserted: it has no value, the others keep theirs', () =>
      check(
        LENET,
        [conv(8), POOL, conv(12), conv(16), FLATTEN],
        ['current 0', 'current 1', 'unrecorded', 'current 2', 'current 3'],
      ));

    it('a layer deleted: the others keep theirs', () =>
      check(LENET, [conv(8), conv(16), FLATTEN], ['current 0', 'current 2', 'current 3']));

    it('an argument changed: that layer is out of date', () =>
      check(LENET, [conv(8), POOL, conv(20), FLATTEN], ['current 0', 'current 1', 'stale 2', 'current 3']));

    it('an argument added or taken out counts as changed', async () => {
      await check(
        LENET,
        [conv(8, ", padding: 'same'"), POOL, conv(16), FLATTEN],
        ['stale 0', 'current 1', 'current 2', 'current 3'],
      );
      await check([conv(8, ', strides: 2'), POOL], [conv(8), POOL], ['stale 0', 'current 1']);
    });

    it('the same value written otherwise is no change', () =>
      check(
        LENET,
        [
          'const SIZE = 3;',
          'model.add(tf.layers.conv2d({ kernelSize: [SIZE, 3], filters: 0x8, strides: 1 }));',
          ...LENET.slice(1),
        ],
        ['current 0', 'current 1', 'current 2', 'current 3'],
      ));

    it('all filters doubled: nothing slides to the next layer', () =>
      check([conv(8), conv(16), conv(32)], [conv(16), conv(32), conv(64)], ['stale 0', 'stale 1', 'stale 2']));

    it('two different layers swapped: neither shows the other’s value', () =>
      check([conv(8), conv(16)], [conv(16), conv(8)], ['stale 0', 'stale 1']));

    it('two identical constructions under different names swapped: no value', () =>
      check(
        ['const a = tf.layers.conv2d({ filters: 8 });', 'const b = tf.layers.conv2d({ filters: 8 });'],
        ['const b = tf.layers.conv2d({ filters: 8 });', 'const a = tf.layers.conv2d({ filters: 8 });'],
        ['stale', 'stale'],
      ));

    it('identical statements keep their values when something else changes', () =>
      check(
        [conv(8), POOL, conv(16), POOL],
        [conv(8), POOL, conv(24), POOL],
        ['current 0', 'current 1', 'stale 2', 'current 3'],
      ));

    it('one of two neighbours that look the same deleted: which one is not known', () =>
      check([conv(8), POOL, POOL, FLATTEN], [conv(8), POOL, FLATTEN], ['current 0', 'stale', 'current 3']));

    it('a name decides where arguments do not', () => {
      const named = (name: string): string => conv(8, `, name: '${name}'`);
      return check([named('a'), named('b')], ['let rate;', named('a'), named('c')], ['current 0', 'stale 1']);
    });

    it('an unfinished edit leaves other layers alone', () =>
      check(
        LENET,
        [conv(8), POOL, 'model.add(tf.layers.conv2d({ filters: ', ';', FLATTEN],
        ['current 0', 'current 1', 'current 3'],
      ));
  });

  it('never shows a value under other arguments, whatever lines are moved, changed, added or deleted', async () => {
    const line = fc.record({ filters: fc.constantFrom(8, 16, 32), tag: fc.boolean() });
    const lines = fc.array(line, { maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(lines, lines, async (before, after) => {
        const write = (all: typeof before): string =>
          HEAD + all.map(({ filters, tag }) => conv(filters, tag ? ', useBias: false' : '')).join('\n');
        const definitions = await detect(write(after));
        const matches = matchLayers(definitions, await recorded(write(before)), false);
        const used = new Set<Layer>();
        matches.forEach((match, index) => {
          if (match.state !== 'current') return;
          for (const one of match.layers) {
            assert.equal(one.config['filters'], after[index]?.filters);
            assert.equal(one.config['useBias'], !after[index]?.tag);
            assert.ok(!used.has(one), 'one layer above two definitions');
            used.add(one);
          }
        });
      }),
      { numRuns: 200 },
    );
  });
});

describe('alignment', () => {
  /** Every alignment, by brute force: pairs that all the cheapest have. */
  function bruteForce(n: number, m: number, cost: (i: number, j: number) => number): number[] {
    let best = Infinity;
    let found: (readonly [number, number])[][] = [];
    const walk = (i: number, j: number, sum: number, pairs: (readonly [number, number])[]): void => {
      if (i === n && j === m) {
        if (sum < best) [best, found] = [sum, []];
        if (sum === best) found.push(pairs);
        return;
      }
      if (i < n) walk(i + 1, j, sum + 1_000_000, pairs);
      if (j < m) walk(i, j + 1, sum + 1_000_000, pairs);
      if (i < n && j < m && cost(i, j) < Infinity) walk(i + 1, j + 1, sum + cost(i, j), [...pairs, [i, j]]);
    };
    walk(0, 0, 0, []);
    return Array.from({ length: n }, (_, i) => {
      const partners = new Set(found.map((pairs) => pairs.find(([first]) => first === i)?.[1] ?? -1));
      return partners.size === 1 ? [...partners][0]! : -1;
    });
  }

  it('calls certain exactly what every cheapest alignment has', () =>
    fc.assert(
      fc.property(
        fc.array(fc.nat(2), { maxLength: 4 }),
        fc.array(fc.nat(2), { maxLength: 4 }),
        fc.nat(2),
        (a, b, changed) => {
          const cost = (i: number, j: number): number =>
            a[i] === b[j] ? 0 : a[i] === changed || b[j] === changed ? 1 : Infinity;
          assert.deepEqual(certainPairs(a.length, b.length, cost), bruteForce(a.length, b.length, cost));
        },
      ),
    ));
});
