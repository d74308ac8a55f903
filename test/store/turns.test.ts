/** Long work of one thread leaves the others their turns, however much of it goes on side by side. */
import assert from 'node:assert/strict';
import { atOnce, inTurns, inTurnsWhile } from '../../src/system/steps.js';
import { turnWhenDue } from '../../src/system/turns.js';

const STEP_MILLISECONDS = 1;
/** Steps of at least a millisecond in a slice of 5 ms, and the one that goes over its end. */
const MOST_STEPS = 6;

/** The most steps that were done in one turn of the event loop by `loops` loops of 20 steps each. */
async function mostStepsInATurn(loops: number): Promise<number> {
  let [most, inTurn, ended] = [0, 0, false];
  const count = (): void => {
    most = Math.max(most, inTurn);
    inTurn = 0;
    if (!ended) setImmediate(count);
  };
  setImmediate(count);
  const loop = async (): Promise<void> => {
    for (let step = 0; step < 20; step++) {
      await turnWhenDue();
      const until = performance.now() + STEP_MILLISECONDS;
      while (performance.now() < until);
      inTurn++;
    }
  };
  await Promise.all(Array.from({ length: loops }, loop));
  ended = true;
  return Math.max(most, inTurn);
}

/** Numbers below `count`, a millisecond each. */
function* counted(count: number): Generator<void, number[]> {
  const numbers: number[] = [];
  for (let number = 0; number < count; number++) {
    yield;
    const until = performance.now() + STEP_MILLISECONDS;
    while (performance.now() < until);
    numbers.push(number);
  }
  return numbers;
}

describe('long work', () => {
  for (const loops of [1, 2, 10])
    it(`of ${loops} loops side by side gives others a turn after one slice`, async () => {
      const steps = await mostStepsInATurn(loops);
      assert.ok(steps >= 1 && steps <= MOST_STEPS, `${steps} steps in a turn`);
    });

  it('in steps has the same outcome in slices as at once, and lets others go first', async () => {
    const order: string[] = [];
    setImmediate(() => order.push('other'));
    const inSlices = await inTurns(counted(12)).finally(() => order.push('work'));
    assert.deepEqual(inSlices, atOnce(counted(12)));
    assert.deepEqual(order, ['other', 'work']);
  });
  it('that is not wanted any more ends with the slice', async () => {
    let [wanted, done] = [true, 0];
    function* steps(): Generator<void, string> {
      for (; done < 1000; done++) {
        wanted = done < 2;
        yield;
        const until = performance.now() + STEP_MILLISECONDS;
        while (performance.now() < until);
      }
      return 'all of it';
    }
    assert.equal(await inTurnsWhile(() => wanted, steps()), null);
    assert.ok(done <= MOST_STEPS, `${done} steps`);
  });
});
