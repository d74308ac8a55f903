/** A network that has not learned: what counts as that, and that it is then the only thing that is said. */
import assert from 'node:assert/strict';
import { inEnglish } from '../../src/extension/localize.js';
import { learningFinding } from '../../src/extension/problems/learningFinding.js';
import { LearnedStates } from '../../src/extension/problems/learnedState.js';
import type { RunFacts } from '../../src/extension/runs/runFacts.js';
import { notLearned, notLearnedWords, type Outcome } from '../../src/protocol/notLearned.js';
import { layer, report, summary } from './recorded.js';

const N = 500;
/** Ten classes of equal size, held out; each answer from the probe's place. */
function outcome(answer: (probe: number) => number, facts: Partial<Outcome> = {}): Outcome {
  const places = Array.from({ length: N }, (_, probe) => probe);
  return {
    labels: places.map((probe) => probe % 10),
    predictions: places.map(answer),
    splits: places.map(() => 1),
    losses: { from: 2.3, to: 1.1 },
    ...facts,
  };
}
const right = (probe: number): number => probe % 10;
/** Right of so many probes, and else the next class. */
const rightOf =
  (count: number) =>
  (probe: number): number =>
    probe < count ? probe % 10 : (probe + 1) % 10;

describe('a network that has not learned', () => {
  it('is right no more often than the largest class is large, by the interval of held-out accuracy', () => {
    const chance = { sign: 'chance', judged: { correct: 64, n: N, heldOut: true }, largestShare: 0.1 };
    // Wilson: 64 of 500 is 10.2 to 16.0 %, 63 of 500 is 9.97 to 15.8 %.
    assert.equal(notLearned(outcome(rightOf(64))), null);
    assert.deepEqual(notLearned(outcome(rightOf(63))), { ...chance, judged: { ...chance.judged, correct: 63 } });
    assert.equal(notLearned(outcome(rightOf(0)))?.sign, 'chance');
  });
  it('is judged by what it was not trained on', () => {
    const splits = Array.from({ length: N }, (_, probe) => (probe < 250 ? 0 : 1));
    const found = notLearned(outcome(rightOf(250), { splits }));
    assert.deepEqual(found?.sign === 'chance' && found.judged, { correct: 0, n: 250, heldOut: true });
  });
  it('answers one class for 95 % of the probes', () => {
    const constant = (others: number) => notLearned(outcome((probe) => (probe < others ? probe % 10 : 3)));
    assert.deepEqual(constant(20), { sign: 'one-class', predicted: 3, share: 0.964, n: N });
    // 27 of the others answer 3 by themselves.
    assert.notEqual(constant(60)?.sign, 'one-class');
  });
  it('has a loss that fell by less than 1 %', () => {
    const loss = (from: number, to: number) => notLearned(outcome(right, { losses: { from, to } }))?.sign ?? null;
    assert.deepEqual([loss(2.3, 2.28), loss(2.3, 2.27), loss(2.3, 2.4), loss(-1, -1)], ['loss', null, 'loss', null]);
    const regression = { labels: [], predictions: [], splits: [] };
    assert.equal(notLearned(outcome(right, { ...regression, losses: { from: 4, to: 3.99 } }))?.sign, 'loss');
    assert.equal(notLearned(outcome(right, { ...regression, losses: null })), null);
  });
  it('is none of a single class, where nothing can be told apart', () =>
    assert.equal(notLearned(outcome(() => 0, { labels: Array.from({ length: N }, () => 0) })), null));
});

describe('what is said of a network that has not learned', () => {
  const chance = { sign: 'chance', judged: { correct: 50, n: N, heldOut: true }, largestShare: 0.112 } as const;
  const failed = summary({ notLearned: chance });

  it('is one finding, with the numbers that it rests on', () => {
    const finding = learningFinding(failed, [], inEnglish);
    assert.equal(
      finding?.text,
      'The network has not learned: its held-out accuracy of 10.0 % (95 %: 7.7 to 12.9 %, 500 probes) is no higher than the share of the largest class, 11.2 %. Until it has, dead and redundant channels are not reported and no number of filters is recommended.',
    );
    assert.deepEqual([finding.code, finding.share], ['unlearned', 1]);
    assert.equal(finding.text.startsWith(notLearnedWords(chance, [])), true, 'the views say the same');
  });
  it('names the class that is always predicted, and the losses', () => {
    const said = (notLearned: NonNullable<typeof failed.notLearned>) =>
      [
        learningFinding(summary({ notLearned }), ['cat', 'dog'], inEnglish)?.text,
        notLearnedWords(notLearned, ['cat', 'dog']),
      ] as const;
    const [one, oneToo] = said({ sign: 'one-class', predicted: 1, share: 0.98, n: N });
    assert.match(one ?? '', /^The network has not learned: 98\.0 % of its predictions are class dog \(500 probes\)\./);
    const [loss, lossToo] = said({ sign: 'loss', from: 2.3026, to: 2.29 });
    assert.match(loss ?? '', /its loss decreased by less than 1 %, from 2\.303 to 2\.290\./);
    assert.ok(one?.startsWith(oneToo) && loss?.startsWith(lossToo));
  });
  it('is nothing while it trains, and of one that has learned', () => {
    const recording = { state: 'recording', processId: 1 } as const;
    assert.equal(learningFinding(summary({ notLearned: chance, status: recording }), [], inEnglish), null);
    assert.equal(learningFinding(summary(), [], inEnglish), null);
  });

  it('replaces what is found against its layers: dead channels and recommended counts', async () => {
    const conv = layer(0, 'Conv2D');
    const dead = report(conv, 1, { channels: { layer: 0, epoch: 2, dead: [1], deadSince: [1] } });
    const manifest = { layers: [conv], classNames: [], probes: { count: N }, task: 'none' };
    const facts = {
      manifest: () => Promise.resolve(manifest),
      reports: () => Promise.resolve([dead]),
      values: () => Promise.resolve(new Float64Array(0)),
    };
    const log = { error: assert.fail };
    const states = new LearnedStates(facts as unknown as RunFacts, log as never);
    const learned = await states.recorded(summary({ folder: '/learned' }));
    assert.deepEqual(learned.get(0)?.dead, [1]);
    const run = summary({ folder: '/failed', notLearned: chance });
    assert.deepEqual(
      [(await states.recorded(run)).size, (await states.whole(run)).size, states.needed(run).size],
      [0, 0, 0],
    );
  });
});
