import assert from 'node:assert/strict';
import fc from 'fast-check';
import { join, resolve, sep } from 'node:path';
import { inEnglish } from '../../src/extension/localize.js';
import { sourceFile } from '../../src/extension/runs/runPlaces.js';
import { brokenText, runDescription } from '../../src/extension/words/runText.js';
import { bytesText } from '../../src/protocol/bytesText.js';
import { summary } from './recorded.js';

describe('a run in the tree', () => {
  const check = (facts: Parameters<typeof summary>[0], expected: string): void =>
    assert.equal(runDescription(summary(facts), inEnglish), expected);

  it('finished: epochs and accuracy', () => check({}, '2 epochs, held-out accuracy 93.4 %, 500 probes'));
  it('stopped by its person', () =>
    check(
      { status: { state: 'finished', endedAt: '', stopped: true }, epochs: [0, 1], accuracy: null },
      '1 epoch, stopped',
    ));
  it('recording: how far it is', () => {
    check(
      { status: { state: 'recording', processId: 1 }, epochs: [0, 1, 2, 3, 4, 5, 6, 7], lastEpoch: 15 },
      'epoch 7 of 15',
    );
    check({ status: { state: 'recording', processId: 1 }, epochs: [] }, 'starting');
  });
  it('broken: the reason, and what is still whole', () => {
    const run = summary({ status: { state: 'broken', reason: 'killed' }, epochs: [0, 1, 2, 3, 4] });
    assert.deepEqual(
      [runDescription(run, inEnglish), brokenText(run, inEnglish)],
      ['broken', 'killed; complete up to epoch 4'],
    );
    assert.equal(
      brokenText(summary({ status: { state: 'broken', reason: 'torn' }, epochs: [] }), inEnglish),
      'torn; no complete epoch',
    );
  });
  it('sizes are told in binary units', () =>
    assert.deepEqual([0, 1023, 1536, 45 * 2 ** 20, 2 ** 31].map(bytesText), [
      '0 B',
      '1023 B',
      '1.5 KiB',
      '45 MiB',
      '2.0 GiB',
    ]));
});

describe('the source file of a recorded layer', () => {
  const run = resolve('/w/project/.cnnslicer/runs/1-train');
  const check = (recorded: string, expected: string | null): void =>
    assert.equal(sourceFile(run, recorded, [resolve('/w/other')]), expected === null ? null : resolve(expected));

  it('lies in the workspace of the run', () => check('src/model.js', '/w/project/src/model.js'));
  it('may lie in another open folder', () => check(resolve('/w/other/model.js'), '/w/other/model.js'));
  it('is refused anywhere else', () => {
    check('../../etc/passwd', null);
    check('/etc/passwd', null);
    check(resolve('/w/project-of-another/model.js'), null);
    check('', null);
  });
  it('is never outside of the open folders, whatever a recording says', () =>
    fc.assert(
      fc.property(fc.array(fc.constantFrom('..', '.', 'a', '', '/', 'other', '~', 'C:')), (parts) => {
        const file = sourceFile(run, parts.join('/'), [resolve('/w/other')]);
        const allowed = [resolve('/w/project'), resolve('/w/other')];
        assert.ok(file === null || allowed.some((root) => file.startsWith(join(root, sep))));
      }),
    ));
});
