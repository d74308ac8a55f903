/** When the code of views is read: that of the one in sight at once, that of the others once, a failed one again. */
import assert from 'node:assert/strict';
import { signal } from '@preact/signals';
import { readViews } from '../../webview/shell/readViews.js';
import { VIEW_ENTRIES, type View, type ViewEntry } from '../../webview/views/views.js';

type Id = ViewEntry['id'];

/** Views that come at once, and which were asked for in what order; `broken` fail as long as they are in it. */
function setup(broken = new Set<Id>()) {
  const inSight = signal<Id>('query');
  const asked: Id[] = [];
  const load = (id: Id): Promise<View> => {
    asked.push(id);
    return broken.has(id) ? Promise.reject(new Error('there is no such file')) : Promise.resolve(() => null);
  };
  const views = readViews(VIEW_ENTRIES, load, inSight);
  const settle = () => new Promise((resolve) => setImmediate(resolve));
  return { inSight, asked, views, settle };
}

describe('the code of the views', () => {
  it('is read of the one in sight alone', async () => {
    const { asked, views, settle } = setup();
    assert.equal(views.of('query').state, 'loading');
    await settle();
    assert.deepEqual([asked, views.of('query').state, views.of('layers').state], [['query'], 'done', 'empty']);
  });

  it('is there when a tab is chosen that was read at rest, and no view is read twice', async () => {
    const { asked, inSight, views, settle } = setup();
    await settle();
    views.readOthers();
    await settle();
    inSight.value = 'network';
    assert.equal(views.of('network').state, 'done');
    views.readOthers();
    assert.deepEqual(
      asked,
      VIEW_ENTRIES.map(({ id }) => id),
    );
  });

  it('that cannot be read says so in three parts, and is read again when the view is chosen again', async () => {
    const broken = new Set<Id>(['layers']);
    const { inSight, views, settle } = setup(broken);
    inSight.value = 'layers';
    await settle();
    const failed = views.of('layers');
    assert.ok(failed.state === 'failed');
    assert.equal(failed.failure.doing, 'reading the view "Layers"');
    assert.equal(failed.failure.wrong, 'there is no such file');
    broken.clear();
    inSight.value = 'query';
    inSight.value = 'layers';
    await settle();
    assert.equal(views.of('layers').state, 'done');
  });
});
