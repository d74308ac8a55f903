/** What is left of a limit on addresses is read as the system writes it, and refused in words before it is spent. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { addressesLeft, addressLimit, limitIn, needAddresses, takenIn } from '../../src/system/addressSpace.js';
import { Failure } from '../../src/protocol/failure.js';

const limits = (soft: string): string =>
  `Limit                     Soft Limit           Hard Limit           Units     \n` +
  `Max locked memory         8388608              8388608              bytes     \n` +
  `Max address space         ${soft.padEnd(21)}unlimited            bytes     \n`;

describe('a limit on addresses', () => {
  it('is the soft one, in bytes', () => assert.equal(limitIn(limits('12884901888')), 12 * 2 ** 30));
  it('is none where the system says so, or nothing', () => {
    assert.equal(limitIn(limits('unlimited')), Infinity);
    assert.equal(limitIn(''), Infinity);
  });
  it('is read where the system writes it', function () {
    const shown = spawnSync('prlimit', ['--as=4294967296', 'cat', '/proc/self/limits'], { encoding: 'utf8' });
    if (shown.error !== undefined || shown.status !== 0) return this.skip();
    assert.equal(limitIn(shown.stdout), 4 * 2 ** 30);
  });
  it('is spent by what a process has taken', () =>
    assert.equal(takenIn('Name:\tnode\nVmPeak:\t  900 kB\nVmSize:\t  800 kB\nVmRSS:\t 50 kB\n'), 800 * 1024));
  it('refuses what is more than is left, and says how much that is', () => {
    needAddresses(2 ** 30, 'starting a thread', 2 ** 30);
    assert.throws(
      () => needAddresses(2 ** 30, 'starting a thread', 2 ** 29),
      (error) =>
        error instanceof Failure && error.kind === 'environment' && /needs 1.0 GiB.* 0.5 GiB/.test(error.wrong),
    );
  });
  it('refuses nothing where there is none', function () {
    if (addressLimit() !== Infinity) return this.skip();
    assert.equal(addressesLeft(), Infinity);
    needAddresses(2 ** 60, 'starting a thread');
  });
});
