/** Bands, drags and keys: what the strips make of a press, as arithmetic. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  allOf,
  bandsOf,
  complement,
  contains,
  indicesOf,
  isAll,
  normalise,
  sizeOf,
  toggle,
  type Bands,
} from '../../webview/selection/bands.js';
import { clicked, dragged, grabAt, keyed } from '../../webview/selection/drag.js';

const COUNT = 20;
const bands = fc
  .uniqueArray(fc.integer({ min: 0, max: COUNT - 1 }), { minLength: 1 })
  .map((indices): Bands => bandsOf(indices, COUNT));
const index = fc.integer({ min: 0, max: COUNT - 1 });

function isCanonical(some: Bands): boolean {
  return (
    some.length > 0 &&
    some.every(([from, to], i) => from <= to && from >= 0 && to < COUNT && (i === 0 || from > some[i - 1][1] + 1))
  );
}

describe('bands', () => {
  it('hold exactly the indices they were made from', () => {
    fc.assert(
      fc.property(fc.uniqueArray(index, { minLength: 1 }), (indices) => {
        const made = bandsOf(indices, COUNT);
        assert.ok(isCanonical(made));
        assert.deepEqual(
          indicesOf(made),
          [...indices].sort((a, b) => a - b),
        );
        assert.equal(sizeOf(made), indices.length);
      }),
    );
  });

  it('join what touches and drop what lies outside', () => {
    assert.deepEqual(
      normalise(
        [
          [5, 7],
          [0, 2],
          [3, 4],
          [18, 40],
          [50, 60],
        ],
        COUNT,
      ),
      [
        [0, 7],
        [18, 19],
      ],
    );
  });

  it('and their complement share the axis', () => {
    fc.assert(
      fc.property(bands, (some) => {
        const rest = complement(some, COUNT);
        assert.equal(sizeOf(some) + sizeOf(rest), COUNT);
        assert.ok(indicesOf(rest).every((one) => !contains(some, one)));
      }),
    );
  });

  it('toggle back and forth, but never to nothing', () => {
    fc.assert(
      fc.property(bands, index, (some, one) => {
        const once = toggle(some, one, COUNT);
        assert.ok(isCanonical(once));
        if (sizeOf(once) !== sizeOf(some)) assert.deepEqual(toggle(once, one, COUNT), some);
        else assert.deepEqual(some, [[one, one]]);
      }),
    );
  });
});

describe('a drag', () => {
  it('always leaves a canonical selection', () => {
    fc.assert(
      fc.property(bands, index, index, fc.boolean(), (some, from, to, additive) => {
        const grab = grabAt(some, from, COUNT, additive);
        assert.ok(isCanonical(dragged(some, grab, from, to, COUNT)));
      }),
    );
  });

  it('moves a band without changing its length, and stops at the ends', () => {
    assert.deepEqual(dragged([[3, 5]], { kind: 'move', band: 0 }, 4, 8, COUNT), [[7, 9]]);
    assert.deepEqual(dragged([[3, 5]], { kind: 'move', band: 0 }, 4, 0, COUNT), [[0, 2]]);
    assert.deepEqual(dragged([[3, 5]], { kind: 'move', band: 0 }, 4, 19, COUNT), [[17, 19]]);
  });

  it('turns a band around when an edge passes the other', () => {
    assert.deepEqual(dragged([[3, 5]], { kind: 'edge', band: 0, side: 'to' }, 5, 1, COUNT), [[1, 3]]);
    assert.deepEqual(dragged([[3, 5]], { kind: 'edge', band: 0, side: 'from' }, 3, 9, COUNT), [[5, 9]]);
  });

  it('on empty ground sweeps a new band; with Ctrl it joins the others', () => {
    assert.deepEqual(dragged([[3, 5]], { kind: 'sweep', additive: false }, 12, 9, COUNT), [[9, 12]]);
    assert.deepEqual(dragged([[3, 5]], { kind: 'sweep', additive: true }, 6, 7, COUNT), [[3, 7]]);
  });

  it('inside everything sweeps, since everything cannot move', () => {
    assert.deepEqual(grabAt(allOf(COUNT), 4, COUNT, false), { kind: 'sweep', additive: false });
    assert.deepEqual(grabAt([[3, 5]], 4, COUNT, false), { kind: 'move', band: 0 });
  });
});

describe('a click', () => {
  const keys = { add: false, extend: false, anchor: 2 };

  it('takes one alone, with Ctrl adds it, with Shift takes all between', () => {
    assert.deepEqual(clicked([[3, 5]], 9, COUNT, keys), [[9, 9]]);
    assert.deepEqual(clicked([[3, 5]], 9, COUNT, { ...keys, add: true }), [
      [3, 5],
      [9, 9],
    ]);
    assert.deepEqual(clicked([[3, 5]], 4, COUNT, { ...keys, add: true }), [
      [3, 3],
      [5, 5],
    ]);
    assert.deepEqual(clicked([[3, 5]], 9, COUNT, { ...keys, extend: true }), [[2, 9]]);
  });
});

describe('keys', () => {
  const press = (key: string, more: { shift?: boolean; ctrl?: boolean } = {}): ReturnType<typeof keyed> =>
    keyed([[3, 5]], { anchor: 3, focus: 3 }, { key, shift: false, ctrl: false, ...more }, COUNT);

  it('move, extend and reach the ends', () => {
    assert.deepEqual(press('ArrowRight'), { bands: [[4, 4]], caret: { anchor: 4, focus: 4 } });
    assert.deepEqual(press('ArrowRight', { shift: true }), { bands: [[3, 4]], caret: { anchor: 3, focus: 4 } });
    assert.deepEqual(press('End', { shift: true })?.bands, [[3, 19]]);
    assert.deepEqual(press('Home')?.bands, [[0, 0]]);
  });

  it('take all, toggle one, and leave other keys to the page', () => {
    assert.ok(isAll(press('Escape')?.bands ?? [], COUNT));
    assert.ok(isAll(press('a', { ctrl: true })?.bands ?? [], COUNT));
    assert.deepEqual(press(' ')?.bands, [[4, 5]]);
    assert.equal(press('a'), null);
    assert.equal(press('Tab'), null);
  });

  it('never leave the axis', () => {
    const names = fc.constantFrom('ArrowLeft', 'ArrowRight', 'Home', 'End', 'PageUp', 'PageDown', ' ');
    fc.assert(
      fc.property(bands, index, index, names, fc.boolean(), fc.boolean(), (some, anchor, focus, key, shift, ctrl) => {
        const next = keyed(some, { anchor, focus }, { key, shift, ctrl }, COUNT);
        assert.ok(next && isCanonical(next.bands));
        assert.ok(next.caret.focus >= 0 && next.caret.focus < COUNT);
      }),
    );
  });
});
