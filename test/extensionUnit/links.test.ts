import assert from 'node:assert/strict';
import fc from 'fast-check';
import { Failure } from '../../src/protocol/failure.js';
import { readOpenLink } from '../../src/extension/links/openLink.js';

describe('a link that opens a run', () => {
  const refused = (path: string, query: string, why: RegExp): void =>
    assert.throws(
      () => readOpenLink(path, query),
      (error) => error instanceof Failure && error.kind === 'bad-input' && why.test(error.wrong),
    );

  it('names a run, and may name layer, view, epoch, query and another run', () => {
    assert.deepEqual(readOpenLink('/open', 'run=20260102-030405-train'), { run: '20260102-030405-train' });
    assert.deepEqual(
      readOpenLink('/open', 'run=a&layer=conv2d_2&view=channels&epoch=7&query=dCNN(-, -, -, 7)&compare=b'),
      { run: 'a', layer: 'conv2d_2', view: 'channels', epoch: 7, query: 'dCNN(-, -, -, 7)', compare: 'b' },
    );
  });

  it('may hold all that a panel showed, and only what a panel can show', () => {
    const text = (state: unknown): string => Buffer.from(JSON.stringify(state)).toString('base64url');
    const shown = {
      view: 'layers',
      query: 'dCNN(x.label = {1, 2}, "a+b & c=%d", -, 3)',
      measure: 'intra',
      epoch: 3,
      layers: { a: 1, b: 2, order: 'mean', masked: false },
    };
    assert.deepEqual(readOpenLink('/open', `run=a&state=${text(shown)}`).state, shown);
    const { view, query, ...rest } = readOpenLink('/open', `run=a&state=${text({ view: '../x', run: '/etc' })}`).state!;
    assert.deepEqual([view, query, 'run' in rest], ['query', 'dCNN(-, -, -, -)', false]);
  });

  it('is refused with the reason where anything of it is wrong', () => {
    refused('/run', 'run=a', /\/run/);
    refused('/open', '', /run/);
    refused('/open', 'run=', /run/);
    refused('/open', 'run=../../etc', /not a run id/);
    refused('/open', 'run=C:\\runs', /not a run id/);
    refused('/open', 'run=a&run=b', /twice/);
    refused('/open', 'run=a&view=settings', /view/);
    refused('/open', 'run=a&epoch=-1', /not an epoch/);
    refused('/open', 'run=a&query=rm', /query/);
    refused('/open', 'run=a&state=e30.', /not a valid view state/);
    refused('/open', 'run=a&state=abc', /not a valid view state/);
    refused('/open', 'run=a&state=MQ', /state/);
    refused('/open', `run=${'a'.repeat(300)}`, /run/);
  });

  it('drops what it does not know', () =>
    assert.deepEqual(readOpenLink('/open', 'run=a&command=workbench.action.quit'), { run: 'a' }));

  it('is read or refused, never anything else, whatever it says', () =>
    fc.assert(
      fc.property(fc.webPath(), fc.webQueryParameters(), (path, query) => {
        try {
          const { run } = readOpenLink(path, query);
          assert.doesNotMatch(run, /[\\/]/);
        } catch (error) {
          assert.ok(error instanceof Failure, String(error));
        }
      }),
    ));
});
