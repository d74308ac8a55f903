/** What the next extension host of a window is told of the panels that the one before left. */
import assert from 'node:assert/strict';
import { PanelMemory } from '../../src/extension/panel/panelMemory.js';

/** What the editor keeps for a workspace, as it does: as JSON. */
function keeper() {
  let kept: string | undefined;
  return {
    get: <T>(): T | undefined => (kept === undefined ? undefined : (JSON.parse(kept) as T)),
    update: async (_key: string, value: unknown) => void (kept = JSON.stringify(value)),
  };
}

const place = { title: 'train', column: 2, visible: true };

describe('panels that outlive their extension host', () => {
  it('are told to the next host as they were last seen', () => {
    const memento = keeper();
    const first = new PanelMemory(memento);
    assert.deepEqual(first.left, []);
    first.place('/runs/a', place);
    first.shows('/runs/a', { view: 'layers' }, 3);
    first.place('/runs/b', place);
    first.place('/runs/a', { ...place, visible: false });
    assert.deepEqual(new PanelMemory(memento).left, [
      { run: '/runs/a', ...place, visible: false, state: { view: 'layers' }, count: 3 },
      { run: '/runs/b', ...place, state: null, count: 0 },
    ]);
  });

  it('are not told where they were closed, although their page had more to say', () => {
    const memento = keeper();
    const first = new PanelMemory(memento);
    first.place('/runs/a', place);
    first.delete('/runs/a');
    first.shows('/runs/a', { view: 'layers' }, 3);
    assert.deepEqual(new PanelMemory(memento).left, []);
  });

  it('show what was told last, where the editor kept an earlier state of the page', () => {
    const memento = keeper();
    const first = new PanelMemory(memento);
    first.place('/runs/a', place);
    first.shows('/runs/a', { view: 'layers' }, 3);
    const next = new PanelMemory(memento);
    assert.deepEqual(next.laterThan('/runs/a', 2), { view: 'layers' });
    assert.equal(next.laterThan('/runs/a', 3), null);
    assert.equal(next.laterThan('/runs/b', 0), null);
  });

  it('are still known to the host after the next, although nobody looked at them', () => {
    const memento = keeper();
    new PanelMemory(memento).place('/runs/a', place);
    new PanelMemory(memento).place('/runs/b', place);
    assert.deepEqual(
      new PanelMemory(memento).left.map(({ run }) => run),
      ['/runs/a', '/runs/b'],
    );
  });
});
