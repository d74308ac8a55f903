/** Stopping a server finds what it started, even in another process group. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { killMarked, markedProcesses, markOf } from '../workbench/processes.js';

const sleeper = 'setTimeout(() => {}, 60_000)';
const parent = `require('node:child_process').spawn(process.execPath, ['-e', '${sleeper}'], { detached: true, stdio: 'ignore' }).unref()`;

describe('processes of a test', () => {
  before(function () {
    if (process.platform !== 'linux') this.skip();
  });

  it('are found by their mark after their parent ended and are killed by name of their command', async () => {
    const mark = markOf(randomUUID());
    const child = spawn(process.execPath, ['-e', parent], { env: { ...process.env, [mark.name]: mark.value } });
    await new Promise((resolve) => child.once('exit', resolve));
    const killed = await killMarked(mark, 0.2);
    assert.equal(killed.length, 1);
    assert.ok(killed[0]?.includes(sleeper));
    await sleep(200);
    assert.deepEqual(await markedProcesses(mark), []);
  });
});
