/**
 * `npm run test:faults`: the trust table. Prints it and writes it to test-artifacts/trust.md.
 *
 *     npm run test:faults                     the short form, as in npm test
 *     npm run test:faults -- --full           the counts of the table; hours on a small machine
 *     npm run test:faults -- --rows 1,2,7     these rows alone
 *     npm run test:faults -- --out file.md    another file
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { effort } from './row.js';
import { ROWS } from './rows.js';
import { markdown, runRow, troubles, type RowOutcome } from './suite.js';

const { values } = parseArgs({
  options: { full: { type: 'boolean' }, rows: { type: 'string' }, out: { type: 'string' } },
});
const file = values.out ?? 'test-artifacts/trust.md';
const wanted = values.rows?.split(',').map(Number);
const title = values.full ? 'full counts' : 'short form';
const outcomes: RowOutcome[] = [];
mkdirSync('test-artifacts', { recursive: true });
for (const row of ROWS.filter(({ number }) => wanted?.includes(number) ?? true)) {
  console.log(`row ${row.number}: ${row.what}`);
  const outcome = await runRow(row, effort(values.full ?? false));
  outcomes.push(outcome);
  for (const trouble of troubles(outcome).slice(0, 20)) console.log(`  ✗ ${trouble}`);
  // After every row, so that a run that is cut off leaves what it has shown.
  writeFileSync(file, markdown(outcomes, title));
  console.log(markdown([outcome], title).split('\n')[4]);
}
const failed = outcomes.filter((outcome) => troubles(outcome).length > 0).map(({ row }) => row.number);
console.log(failed.length > 0 ? `rows with violations: ${failed.join()}` : `${outcomes.length} rows hold`);
process.exit(failed.length > 0 ? 1 : 0);
