/** The package's own gate: what it lets through and what it refuses. */
import assert from 'node:assert/strict';
import { faultsOf, required } from './contents.mjs';

const whole = [...required, 'dist/kernels/entropy.wasm'].map((file) => `extension/${file}`);

function check(files: readonly string[], byteLength: number, faults: readonly RegExp[]): void {
  const found = faultsOf([...files], byteLength);
  assert.equal(found.length, faults.length, found.join('; '));
  faults.forEach((fault, i) => assert.match(found[i] ?? '', fault));
}

describe('the gate of the package', () => {
  it('lets a whole package through', () => check(whole, 5e6, []));
  it('refuses 15 MB', () => check(whole, 15e6, [/15000000 bytes/]));
  it('refuses a native module', () =>
    check([...whole, 'extension/dist/a/tfjs_binding.node'], 5e6, [/tfjs_binding\.node must not/]));
  it('refuses source maps, our sources and our tests', () =>
    check([...whole, 'extension/dist/cli.cjs.map', 'extension/src/cli/main.js', 'extension/test/run.mjs'], 5e6, [
      /map/,
      /src/,
      /test/,
    ]));
  it('refuses a package without the recorder or without kernels', () =>
    check(
      required.filter((file) => file !== 'dist/recorder.cjs').map((file) => `extension/${file}`),
      5e6,
      [/recorder\.cjs is missing/, /no kernel/],
    ));
  it('refuses a package that lacks a built file', () => {
    assert.deepEqual(faultsOf(whole, 5e6, ['dist/new.cjs']), ['dist/new.cjs is missing']);
  });
});
