/** What every loader must do with what it cannot read: a Failure, in words that name the file. */
import assert from 'node:assert/strict';
import { Failure } from '../../src/protocol/failure.js';

export async function refused(read: () => Promise<unknown>, words: RegExp): Promise<Failure> {
  let thrown: unknown;
  await read().catch((error: unknown) => (thrown = error));
  assert.ok(thrown instanceof Failure, `a Failure, not ${String(thrown)}`);
  assert.match(thrown.message, words);
  return thrown;
}
