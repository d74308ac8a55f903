/** What counts as passed: a run that crashed, hung or found nothing must not. */
import assert from 'node:assert/strict';
import { runMocha } from '../setup/part.mjs';

interface Expectation {
  readonly passed: number;
  readonly skipped?: number;
  /** One pattern for each failure, in order. */
  readonly failures: readonly RegExp[];
}

async function check(
  fixture: string,
  { passed, skipped = 0, failures }: Expectation,
  timeoutSeconds = 20,
): Promise<void> {
  const outcome = await runMocha(`machinery-${fixture}`, [`test/fixtures/machinery/${fixture}.cjs`], {
    timeoutSeconds,
  });
  const reasons = outcome.failures.map(({ name, reason }) => `${name}: ${reason}`);
  assert.equal(outcome.passed, passed);
  assert.equal(outcome.skips.length, skipped);
  assert.equal(reasons.length, failures.length, reasons.join('\n'));
  failures.forEach((pattern, i) => assert.match(reasons[i] ?? '', pattern));
}

describe('the test run counts', () => {
  it('passed and skipped tests', () => check('passes', { passed: 1, skipped: 1, failures: [] }));
  it('a failed test, by its name', () => check('fails', { passed: 1, failures: [/^fails: Error: as it should/] }));
  it('a process that ends in the middle with code 0 as failed', () =>
    check('exits', { passed: 0, failures: [/ended with 0 and wrote no results/] }));
  it('a process that ends badly after its tests as failed', () =>
    check('leaves', { passed: 1, failures: [/every test passed, yet it ended with SIGKILL/] }));
  it('a run without any test as failed', () => check('empty', { passed: 0, failures: [/no test was found/] }));
  it('a hanging process as failed, once its time is over', () =>
    check('hangs', { passed: 0, failures: [/no end within 3 s/] }, 3));
  it('tests that a quick run leaves out', async () => {
    const args = ['--grep', '@all', '--invert'];
    const { passed, leftOut } = await runMocha('machinery-marked', ['test/fixtures/machinery/marked.cjs'], { args });
    assert.deepEqual([passed, leftOut], [1, 2]);
  });
  it('the time of tests and of what they share', async () => {
    const { timings } = await runMocha('machinery-shares', ['test/fixtures/machinery/shares.cjs']);
    assert.deepEqual(
      timings.map(({ name, seconds }) => [name, seconds >= 0.05]),
      [
        ['what is shared is used', false],
        ['what is shared "before all" hook: waits for "is used"', true],
      ],
    );
  });
});
