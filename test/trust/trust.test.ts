/** The short form of the trust table: every row holds, and every control is caught. Draws test-artifacts/trust.md. */
import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { removeFolders } from '../store/sampleRun.js';
import { effort, isTried } from './row.js';
import { ROWS } from './rows.js';
import { markdown, runRow, troubles, type RowOutcome } from './suite.js';

/** Rows that take longest. */
const SLOW = new Set([1, 2, 3, 4, 5, 9, 10, 11, 14, 20, 23, 26, 28, 29, 33, 34, 35]);

describe('the trust table, short form', () => {
  const outcomes: RowOutcome[] = [];
  afterEach(removeFolders);
  after(() => {
    mkdirSync('test-artifacts', { recursive: true });
    writeFileSync('test-artifacts/trust.md', markdown(outcomes, 'short form'));
  });

  for (const row of ROWS.filter(({ onlyFull }) => !onlyFull)) {
    it(`row ${row.number}: ${row.what}${SLOW.has(row.number) ? ' @all' : ''}`, async function () {
      const outcome = await runRow(row, effort(false));
      outcomes.push(outcome);
      for (const part of outcome.parts)
        console.log(`      ${part.what}: ${isTried(part) ? part.count : `skipped: ${part.skipped}`}`);
      assert.deepEqual(troubles(outcome), []);
      if (!outcome.parts.some(isTried)) this.skip();
    });
  }
});
