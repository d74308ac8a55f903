/** The layer view in a real browser: what a person chose in it is there again when the view is. */
import assert from 'node:assert/strict';
import type { MeasureOptions } from '../../src/protocol/measure.js';
import { inBrowser, seen } from './inBrowser.js';

describe('the layer view in a browser', () => {
  const view = inBrowser({ width: 1400, height: 1100 });

  const show = (title: string): Promise<void> => view.page.getByRole('tab', { name: title, exact: true }).click();
  /** Numbers of A's and of B's channels along the heatmap. */
  const order = (): Promise<string[]> =>
    view.page.locator('.heatmap-stack > svg > g[aria-hidden="true"] > text.tick').allTextContents();
  const cell = (): Promise<string | null> =>
    view.page.getByRole('region', { name: 'Selected cell' }).locator('h2').textContent();
  const orderWords = async (): Promise<string | undefined> =>
    /order by \w+ at epoch \d+/.exec(
      (await view.page.locator('.layers-middle .chart-caption').textContent()) ?? '',
    )?.[0];

  async function toEpoch(keys: readonly string[]): Promise<void> {
    const slider = view.page.getByRole('slider', { name: 'Epoch', exact: true });
    for (const key of keys) await slider.press(key);
  }

  it('the cell under the pointer has a frame and says that it is not the chosen one', async () => {
    await view.open('layers');
    await seen(cell, await cell());
    const heatmap = view.page.locator('.heatmap svg');
    await heatmap.hover({ position: { x: 120, y: 120 } });
    const card = view.page.getByRole('region', { name: 'Cell under the pointer' });
    await card.getByText('under the pointer').waitFor();
    const frame = await heatmap.locator('.heatmap-hovered').boundingBox();
    const place = (await heatmap.boundingBox())!;
    const [x, y] = [place.x + 120 - frame!.x, place.y + 120 - frame!.y];
    assert.ok(x >= -2 && x <= frame!.width + 2 && y >= -2 && y <= frame!.height + 2, `${x}, ${y}`);
    await view.page.mouse.move(2, 2);
    await view.page.getByRole('region', { name: 'Selected cell' }).waitFor();
    assert.equal(await heatmap.locator('.heatmap-hovered').count(), 0);
  });

  it('the mask is not ticked while there is no null to hold cells against, and ticking it computes one', async () => {
    await view.open('layers-many-channels');
    const caption = view.page.locator('.layers-middle .chart-caption');
    const mask = view.page.getByRole('checkbox', { name: 'Hatch values no higher than chance' });
    await caption.getByText('null not computed').waitFor();
    assert.equal(await mask.isChecked(), false);
    await mask.click();
    await caption.getByText(/null 0\.\d+ bits: 95th percentile/).waitFor();
    assert.equal(await mask.isChecked(), true);
    await mask.click();
    await seen(() => mask.isChecked(), false);
  });

  it('an epoch can be put beside the others only where it is not there', async () => {
    await view.open('layers');
    const beside = view.page.getByRole('region', { name: 'Epochs side by side' });
    await beside.getByRole('button', { name: 'Remove epoch 30' }).waitFor();
    assert.equal(await beside.getByText(/^Add epoch/).count(), 0);
    await toEpoch(['Home', 'ArrowRight', 'ArrowRight']);
    await beside.getByText('Add epoch 2', { exact: true }).click();
    await beside.getByRole('button', { name: 'Remove epoch 2' }).waitFor();
    await beside.getByText('Add epoch 2', { exact: true }).waitFor({ state: 'detached' });
  });

  it('an order that is held past its epoch is held when the view comes back, until it is taken from another', async () => {
    await view.open('layers');
    await seen(orderWords, 'order by maximum at epoch 30');
    const before = await order();
    await toEpoch(['Home', 'ArrowRight', 'ArrowRight']);
    await view.page.getByRole('button', { name: 'Order by epoch 2' }).waitFor();
    assert.deepEqual(await order(), before);
    await show('Channels');
    await show('Layers');
    await seen(orderWords, 'order by maximum at epoch 30');
    assert.deepEqual(await order(), before);
    assert.equal((await view.kept())?.layers?.orderEpoch, 30);
    await view.page.getByRole('button', { name: 'Order by epoch 2' }).click();
    await seen(orderWords, 'order by maximum at epoch 2');
    await seen(async () => (await order()).join() === before.join(), false);
    assert.equal((await view.kept())?.layers?.orderEpoch, 2);
  });

  it('other epochs have their place while they are computed, and a failure of theirs is told and tried again', async () => {
    await view.open('layers');
    const over = view.page.getByRole('region', { name: 'Over training' });
    await over.locator('svg').waitFor();
    await view.page.evaluate(() => {
      const host = window.exampleHostInSight!;
      const call = host.call.bind(host);
      document.body.dataset['trouble'] = 'slow';
      host.call = async (method, input, options) => {
        const { query = '', options: asked } = input as { query?: string; options?: MeasureOptions };
        // Of several epochs at once: neither the matrix in sight nor its null.
        if (asked?.of === 'channels' && !asked.interval && !/, \d+\)$/.test(query))
          while (document.body.dataset['trouble'] !== 'none') {
            if (document.body.dataset['trouble'] === 'fails') throw new Error('epoch 0 went away');
            await new Promise((resolve) => setTimeout(resolve, 20));
          }
        return call(method, input, options);
      };
    });
    const trouble = (kind: string): Promise<void> =>
      view.page.evaluate((one) => void (document.body.dataset['trouble'] = one), kind);
    await view.page.getByText('Swap A').click();
    await over.getByText('Computing').waitFor();
    const room = (await over.boundingBox())!.height;
    await trouble('fails');
    await over.getByText('epoch 0 went away').waitFor();
    await trouble('none');
    await view.page
      .getByText(/Swap A/)
      .first()
      .click();
    await over.locator('svg').waitFor();
    const drawn = (await over.boundingBox())!.height;
    assert.ok(Math.abs(drawn - room) < 40, `${room} pixels while waiting, ${drawn} drawn`);
  });

  it('another order goes by the epoch in sight', async () => {
    await view.open('layers');
    await seen(orderWords, 'order by maximum at epoch 30');
    await toEpoch(['Home']);
    await view.page.getByRole('button', { name: 'Order by epoch 0' }).waitFor();
    const orders = view.page.locator('vscode-dropdown[aria-label="Order of the channels of A"]');
    await orders.click();
    await orders.locator('vscode-option').filter({ hasText: 'mean' }).click();
    await seen(async () => (await view.kept())?.layers?.order, 'mean');
    await seen(async () => (await view.kept())?.layers?.orderEpoch, undefined);
    await view.page.getByText('order of A by mean, of B by maximum at epoch 0').waitFor();
  });

  it('the chosen cell is chosen when the view comes back', async () => {
    await view.open('layers');
    const heatmap = view.page.getByRole('application', { name: /^Distance MI of \d+ channels/ });
    const first = await cell();
    for (const key of ['ArrowRight', 'ArrowUp', 'ArrowUp']) await heatmap.press(key);
    await seen(async () => (await cell()) === first, false);
    const chosen = await cell();
    await show('Training');
    await show('Layers');
    await seen(cell, chosen);
  });
});
