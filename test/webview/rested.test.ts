/** Short frames: what waits for a slider to rest, and work that is done in slices. */
import assert from 'node:assert/strict';
import { setTimeout as wait } from 'node:timers/promises';
import { signal } from '@preact/signals';
import fc from 'fast-check';
import { anchorsOf, fillOf, Packing, packedGroups, type PackingSpec } from '../../webview/marks/circlePacking.js';
import { AlikeSearch, mostAlike } from '../../webview/marks/correlation.js';
import { oneSlice } from '../../webview/state/inSlices.js';
import { RESTS_MILLISECONDS, restedSignal } from '../../webview/state/restedSignal.js';
import { inBrowser } from './inBrowser.js';

describe('a rested signal', () => {
  it('follows once the value has stayed, and passes over what was only passed', async () => {
    const epoch = signal(3);
    const rested = restedSignal(epoch);
    const seen: number[] = [];
    const stop = rested.value.subscribe((value) => seen.push(value));
    for (const next of [4, 5, 6]) epoch.value = next;
    assert.deepEqual(seen, [3]);
    await wait(RESTS_MILLISECONDS + 100);
    assert.deepEqual(seen, [3, 6]);
    stop();
    rested.dispose();
  });

  it('says nothing after it is disposed', async () => {
    const epoch = signal(3);
    const rested = restedSignal(epoch);
    epoch.value = 4;
    rested.dispose();
    await wait(RESTS_MILLISECONDS + 50);
    assert.equal(rested.value.value, 3);
  });
});

describe('work in slices', () => {
  it('goes on where the slice before ended', () => {
    let left = 3;
    const work = { goOn: (isOver: () => boolean) => (--left === 0 || (!isOver() && left < 0) ? 'done' : null) };
    assert.deepEqual([oneSlice(work), oneSlice(work), oneSlice(work)], [null, null, 'done']);
  });

  it('finds the same lines alike as in one go', () => {
    const line = fc.array(fc.oneof(fc.double({ min: 0, max: 5, noNaN: true }), fc.constant(null)), {
      minLength: 4,
      maxLength: 4,
    });
    fc.assert(
      fc.property(fc.array(line, { maxLength: 12 }), (lines) => {
        const search = new AlikeSearch(lines, 3);
        let found = search.goOn(() => true);
        for (let slices = 0; !found && slices < 40; slices++) found = search.goOn(() => true);
        assert.deepEqual(found, mostAlike(lines, 3));
      }),
    );
  });

  it('places circles as in one go', () => {
    const bits = Array.from({ length: 40 }, (_, i) => 0.2 + ((i * 7) % 11) / 4);
    const groups = [null, 0, 1].map((id, at) => ({ id, bits: bits.map((value, i) => value * (1 + ((i + at) % 3))) }));
    const anchors = anchorsOf(bits);
    const spec: PackingSpec = {
      ...{ groups, anchors, channels: bits.map((_, i) => i), mostBits: 200, width: 600, height: 300 },
      fill: fillOf([bits], anchors),
    };
    const packing = new Packing(spec);
    let slices = 1;
    while (!packing.settle(() => true)) slices++;
    assert.ok(slices > groups.length, `${slices} slices`);
    assert.deepEqual(packing.groups(), packedGroups(spec));
  });
});

describe('a moved epoch slider in a browser', () => {
  const view = inBrowser({ width: 1400, height: 1100 });

  /** In the page itself, so that no rest falls between the key and the look. */
  const wordsAfterKey = (): Promise<string[]> =>
    view.page.evaluate(async () => {
      const slider = document.querySelector('.layers-controls [role=slider]');
      slider?.dispatchEvent(new KeyboardEvent('keydown', { key: 'ArrowLeft', bubbles: true }));
      await new Promise((resolve) => setTimeout(resolve));
      const words = ['.epoch-word', '.layers-findings h2'];
      return words.map((one) => document.querySelector(one)?.textContent ?? '');
    });
  const places = (): Promise<unknown[]> =>
    Promise.all(['.epoch-track', '.heatmap canvas'].map((one) => view.page.locator(one).first().boundingBox()));

  it('is followed by sentences when it rests, and stays in its place, as the heatmap does', async () => {
    await view.open('layers');
    await view.page.getByText(/null 0\.\d+ bits: 95th percentile/).waitFor();
    const before = await places();
    assert.deepEqual(await wordsAfterKey(), ['epoch 29', 'Channels at epoch 30']);
    await view.page.getByRole('heading', { name: 'Channels at epoch 29', exact: true }).waitFor();
    await view.page.getByRole('button', { name: 'Order by epoch 29' }).waitFor();
    assert.deepEqual(await places(), before);
  });
});
