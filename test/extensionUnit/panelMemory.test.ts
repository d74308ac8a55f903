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

describe('panels that outlive their extension host', () => {
  it('are told to the next host of the same window, as they were last seen', () => {
    const memento = keeper();
    const first = new PanelMemory(memento, 'window');
    assert.deepEqual(first.left, []);
    first.set('/runs/a', { title: 'a', column: 2, visible: true });
    first.set('/runs/b', { title: 'b', column: 1, visible: false });
    first.set('/runs/a', { state: { view: 'layers' } });
    assert.deepEqual(new PanelMemory(memento, 'window').left, [
      { run: '/runs/a', title: 'a', column: 2, visible: true, state: { view: 'layers' } },
      { run: '/runs/b', title: 'b', column: 1, visible: false, state: null },
    ]);
  });

  it('are none where they were closed, or in another window: that one restores its panels itself', () => {
    const memento = keeper();
    const first = new PanelMemory(memento, 'window');
    first.set('/runs/a', { title: 'a' });
    assert.deepEqual(new PanelMemory(memento, 'another').left, []);
    first.delete('/runs/a');
    assert.deepEqual(new PanelMemory(memento, 'window').left, []);
  });

  it('are still known to the host after the next, although nobody looked at them', () => {
    const memento = keeper();
    new PanelMemory(memento, 'window').set('/runs/a', { title: 'a' });
    new PanelMemory(memento, 'window').set('/runs/b', { title: 'b' });
    assert.deepEqual(
      new PanelMemory(memento, 'window').left.map(({ run }) => run),
      ['/runs/a', '/runs/b'],
    );
  });
});
