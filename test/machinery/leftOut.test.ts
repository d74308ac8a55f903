/** A peer that a bench leaves out is left out with a reason. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { whyLeftOut } from '../../bench/leftOut.js';

const run = promisify(execFile);

async function failureOf(file: string, ...args: string[]): Promise<unknown> {
  return run(file, args).then(
    () => assert.fail('it ended well'),
    (error: unknown) => error,
  );
}

describe('a peer that cannot be timed', () => {
  it('whose program is not there names it, and what makes it', async () => {
    const reason = whyLeftOut(await failureOf('/nowhere/python', '-c', '1'));
    assert.equal(reason, 'there is no /nowhere/python; node test/setup/python.mjs makes it');
  });

  it('whose program failed says its last line', async () => {
    const program = "console.error('Traceback:\\nno module called umap'); process.exit(1)";
    assert.equal(whyLeftOut(await failureOf(process.execPath, '-e', program)), 'no module called umap');
  });

  it('says something whatever was thrown', () => {
    assert.equal(whyLeftOut('killed'), 'killed');
    assert.equal(whyLeftOut({ stderr: '', message: 'ended with 1' }), 'ended with 1');
  });
});
