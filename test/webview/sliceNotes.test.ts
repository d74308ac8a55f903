/** What the strips of a slice say of what is not known, and that it can be asked for again. */
import { signal } from '@preact/signals';
import assert from 'node:assert/strict';
import type { FailureParts } from '../../src/protocol/failure.js';
import { Failure } from '../../src/protocol/failure.js';
import { WHOLE_CUBE } from '../../src/protocol/query.js';
import { fetchClient } from '../../webview/host/fetchClient.js';
import { resource } from '../../webview/state/resource.js';
import { sampleNote, wasNotRead } from '../../webview/views/query/slice/sliceNotes.js';

const failed = (kind: FailureParts['kind']) => ({
  state: 'failed' as const,
  failure: { kind, doing: 'averaging', wrong: 'it broke', tryThis: 'Again.' },
});

describe('the inputs of a slice', () => {
  it('are no number of none before they are counted', () => {
    assert.equal(sampleNote(WHOLE_CUBE, null, 1000), 'of 1,000 inputs');
    assert.equal(sampleNote(WHOLE_CUBE, 200, 1000), '200 of 1,000 inputs');
  });
});

describe('mean pictures', () => {
  it('that could not be read are not said to be none', () => {
    assert.equal(wasNotRead(failed('environment'), 'not-found'), true);
    assert.equal(wasNotRead(failed('damaged'), 'not-found'), true);
    assert.equal(wasNotRead(failed('not-found'), 'not-found'), false);
    assert.equal(wasNotRead({ state: 'empty' }, 'not-found'), false);
  });

  it('are asked for again after a failure', async () => {
    let asked = 0;
    const answers = resource({
      key: signal('means'),
      doing: 'averaging',
      load: () => (asked++ === 0 ? Promise.reject(new Failure(failed('environment').failure)) : Promise.resolve(7)),
    });
    const settled = async (state: string): Promise<void> => {
      while (answers.value.value.state !== state) await new Promise((done) => setTimeout(done, 1));
    };
    await settled('failed');
    answers.retry();
    await settled('done');
    assert.deepEqual([asked, answers.value.value], [2, { state: 'done', value: 7 }]);
    answers.dispose();
  });
});

describe('a call that the server does not answer', () => {
  it('fails in words of what was being done, without the name of a method', async () => {
    for (const send of [
      () => Promise.reject(new TypeError('failed')),
      () => Promise.resolve(new Response('', { status: 500 })),
    ]) {
      const client = fetchClient({ token: null, fetch: send });
      const error = await client.call('compareCandidates', {}).then(
        () => null,
        (reason: unknown) => reason,
      );
      assert.ok(error instanceof Failure);
      assert.equal(error.parts.doing, 'asking the server of this page');
      assert.doesNotMatch(JSON.stringify(error.parts), /compareCandidates/);
    }
  });
});
