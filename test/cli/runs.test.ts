/** How `cnnslicer runs` says how far a run has come. */
import assert from 'node:assert/strict';
import { lastEpochText } from '../../src/cli/commands/runs.js';
import type { RunStatus } from '../../src/protocol/run.js';
import { summary } from '../extensionUnit/recorded.js';

describe('the epoch of a listed run', () => {
  const check = (status: RunStatus, expected: string, epochs = [0, 50, 100], lastEpoch: number | null = 158): void =>
    assert.equal(lastEpochText(summary({ status, epochs, lastEpoch })), expected);
  const finished = (stopped: boolean): RunStatus => ({ state: 'finished', endedAt: '2026-01-02T03:14:05Z', stopped });

  it('is of those to come while it is recorded', () => check({ state: 'recording', processId: 1 }, '100 of 158'));
  it('is of those that would have come where it was stopped or broke off', () => {
    check(finished(true), '100 of 158');
    check({ state: 'broken', reason: 'killed' }, '100 of 158');
  });
  it('stands alone where the script has ended, whatever it had room for', () => check(finished(false), '100'));
  it('stands alone where the script has not said how many there will be', () => {
    check({ state: 'recording', processId: 1 }, '100', [0, 50, 100], null);
    check(finished(true), '100', [0, 50, 100], null);
  });
  it('is none before the first', () => check({ state: 'recording', processId: 1 }, '–', []));
});
