/** What the network view says of the information of a cluster's channels: in words, and in the readout. */
import assert from 'node:assert/strict';
import type { LayerMiResult, LayerMiValue, NullBand } from '../../src/protocol/measure.js';
import { informationWords, unitInformation } from '../../webview/views/network/unitInformation.js';
import { inBrowser } from './inBrowser.js';

describe('what channels tell of the label', () => {
  const band = (maximumBits: number): NullBand => ({
    permutations: 39,
    seed: 1,
    meanBits: 0,
    lowBits: 0,
    highBits: maximumBits,
    maximumBits,
  });
  const values: Partial<LayerMiValue>[] = [
    { unit: 0, labelBits: 0.42, labelHalfWidthBits: 0.05, labelNull: band(0.06) },
    { unit: 1, labelBits: 0.05, labelHalfWidthBits: 0.05, labelNull: band(0.06) },
    { unit: 2, labelBits: null, labelHalfWidthBits: null, labelNull: null },
  ];
  const known = unitInformation({ values } as unknown as LayerMiResult);
  const check = (channels: number[], words: string | null): void =>
    assert.equal(informationWords(known, channels), words);

  it('is said of one with interval and null', () => check([0], '0.42 ± 0.05 bits, null up to 0.06'));
  it('is a range of several, and how many are not above their null', () =>
    check([0, 1, 2], '0.05 – 0.42 bits, 1 of 2 no higher than chance'));
  it('is nothing where no channel has a value', () => check([2], null));
});

describe('the readout of a cluster', () => {
  const view = inBrowser({ width: 1400, height: 900 });

  it('says what its channels tell of the label, and the panel says it of each', async () => {
    await view.open('network');
    const card = view.page.locator('[data-key^="layer 10/"]').first();
    await card.waitFor();
    await card.hover();
    await view.page.locator('.network-readout', { hasText: /I\(c; Y\) \d\.\d\d – \d\.\d\d bits/ }).waitFor();
    await card.click();
    await view.page.locator('.network-chips button[title^="I(c; Y)"]').first().waitFor();
  });
  it('says nothing of a label where there is none', async () => {
    await view.open('network-regression');
    const card = view.page.locator('[data-key^="layer 10/"]').first();
    await card.waitFor();
    await card.hover();
    await view.page.locator('.network-readout').waitFor();
    assert.equal(await view.page.locator('.network-readout', { hasText: 'I(c; Y)' }).count(), 0);
  });
});
