/** The page inside VS Code begins with what the extension asks for, and with nothing that anybody else left. */
import assert from 'node:assert/strict';
import { editorHost } from '../../webview/host/editorHost.js';

function kept(state: unknown) {
  const api = { postMessage: () => undefined, getState: () => state, setState: () => undefined };
  const target = { addEventListener: () => undefined, removeEventListener: () => undefined };
  return editorHost(api, target as unknown as Window).loadState(); // of a window it uses nothing else
}

describe('the state that a panel begins with', () => {
  it('is what it is asked to show, the rest as it always begins', () => {
    const other = '20260101-000000-other';
    const state = kept({ run: '/runs/one', shown: 'a', view: 'compare', compare: { other } });
    assert.deepEqual([state?.view, state?.compare?.other, state?.query], ['compare', other, 'dCNN(-, -, -, -)']);
  });

  it('is what the page kept', () =>
    assert.equal(kept({ view: 'layers', query: 'dCNN(-, 1, -, -)' })?.query, 'dCNN(-, 1, -, -)'));

  it('is none where the panel keeps only its run, or something else', () => {
    for (const state of [undefined, null, { run: '/runs/one' }, 'query', { view: 3 }]) assert.equal(kept(state), null);
  });
});
