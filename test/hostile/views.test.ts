/**
 * Hostile recordings in every view: text is shown as text. One round here; sixty, which is each string in each field,
 * are `npm run test:faults -- --full --rows 14`.
 */
import assert from 'node:assert/strict';
import { sentences } from './canary.js';
import { viewHovers } from './editorTexts.js';
import { labOrSkip, viewAsMarkup, viewHostile, type Lab } from './hostileViews.js';

describe('a hostile recording', () => {
  let lab: Lab;
  before(async function () {
    lab = await labOrSkip(this);
  });
  after(() => lab?.close());

  it('is heard by what listens here, when its text is put in as markup', async () => {
    const { executions, outsideRequests, foreignMarkup } = await viewAsMarkup(lab, false);
    assert.ok(executions.length >= 5, executions.join());
    assert.ok(outsideRequests.length >= 3, outsideRequests.join());
    assert.ok(foreignMarkup.length >= 10);
  });

  it('runs nothing and asks nothing outside even then, under the policy of the view server', async () => {
    const { executions, outsideRequests, policyReports } = await viewAsMarkup(lab, true);
    assert.deepEqual([executions, outsideRequests], [[], []]);
    assert.ok(policyReports.length >= 5);
  });

  it('is shown as text in hovers: sixty strings in each place of one', async () => {
    const { seen, count, foreign } = await viewHovers(lab);
    assert.deepEqual([sentences(seen), foreign], [[], []]);
    assert.equal(count, 60);
  });

  it('is shown as text in every view', async () => {
    const { seen, views, shown } = await viewHostile(lab, 23);
    assert.deepEqual(sentences(seen), []);
    assert.ok(views.length >= 5, views.join());
    assert.ok(shown.size >= 10, `${shown.size} strings were on the screen`);
  });
});
