/** What ThirdPartyNotices.txt says of the packages that ship. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { bundledPackages, noticesText } from '../../thirdPartyNotices.mjs';

describe('the notices of third parties', () => {
  it('name every bundled package once, scoped and nested ones too', () =>
    assert.deepEqual(
      bundledPackages([
        { inputs: { 'src/a.ts': {}, 'node_modules/d3/src/x.js': {}, 'node_modules/d3/src/y.js': {} } },
        { inputs: { 'node_modules/@a/b/x.js': {}, 'node_modules/c/node_modules/d/x.js': {} } },
      ]).filter((folder: string) => !/wasm|assembly/.test(folder)),
      ['node_modules/@a/b', 'node_modules/c/node_modules/d', 'node_modules/d3'],
    ));

  it('refuse a package of no known licence text', () => assert.rejects(noticesText(['test/recordings']), Error));

  it('of the build hold the licence text of what the page and the recorder bundle', function () {
    if (!existsSync('dist/ThirdPartyNotices.txt')) this.skip();
    const text = readFileSync('dist/ThirdPartyNotices.txt', 'utf8').replaceAll('\r', '');
    for (const name of ['preact', 'valibot', '@tensorflow/tfjs-core', '@tensorflow/tfjs-backend-wasm']) {
      assert.match(text, new RegExp(`^${name} \\d`, 'm'));
      const file = `node_modules/${name}/LICENSE`;
      if (existsSync(file)) assert.ok(text.includes(readFileSync(file, 'utf8').replaceAll('\r', '').trim()), name);
    }
    assert.match(text, /Apache License\s+Version 2\.0/);
  });
});
