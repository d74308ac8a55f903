/** That a network has not learned, in words: then it is the only thing that Problems says of it. */
import { percentText, wilsonInterval } from '../../protocol/accuracy.js';
import { lossText, type NotLearned } from '../../protocol/notLearned.js';
import type { RunSummary } from '../../protocol/run.js';
import { countText } from '../words/layerText.js';
import type { Localize } from '../localize.js';
import type { Finding } from './layerFindings.js';

/** Null where the network has learned, and while it still trains. */
export function learningFinding(run: RunSummary, classNames: readonly string[], t: Localize): Finding | null {
  if (!run.notLearned || run.status.state === 'recording') return null;
  const why = t('Until it has, dead and redundant channels are not reported and no number of filters is recommended.');
  return { code: 'unlearned', share: 1, text: `${notLearnedText(run.notLearned, classNames, t)} ${why}` };
}

/** "The network has not learned: 98.0 % of its predictions are class 3 (500 probes)." */
function notLearnedText(found: NotLearned, classNames: readonly string[], t: Localize): string {
  switch (found.sign) {
    case 'chance': {
      const { judged, largestShare } = found;
      const [low = '', high = ''] = wilsonInterval(judged).map(percentText);
      const right = percentText(judged.correct / judged.n);
      const said = [right, low, high, countText(judged.n), percentText(largestShare)] as const;
      return judged.heldOut
        ? t(
            'The network has not learned: its held-out accuracy of {0} % (95 %: {1} to {2} %, {3} probes) is no higher than the share of the largest class, {4} %.',
            ...said,
          )
        : t(
            'The network has not learned: its training accuracy of {0} % (95 %: {1} to {2} %, {3} probes) is no higher than the share of the largest class, {4} %.',
            ...said,
          );
    }
    case 'one-class':
      return t(
        'The network has not learned: {0} % of its predictions are class {1} ({2} probes).',
        percentText(found.share),
        classNames[found.predicted] ?? found.predicted,
        countText(found.n),
      );
    case 'loss':
      return t(
        'The network has not learned: its loss decreased by less than 1 %, from {0} to {1}.',
        lossText(found.from),
        lossText(found.to),
      );
  }
}
