/** A run's state in words, as the tree says it. */
import { percentText, shareRight, wilsonInterval } from '../../protocol/accuracy.js';
import { bytesText } from '../../protocol/bytesText.js';
import type { RunAccuracy, RunGroup, RunManifest, RunSummary } from '../../protocol/run.js';
import { countText } from './layerText.js';
import type { Localize } from '../localize.js';
import { durationText, epochText, lossText, secondsLeft, type ProgressState } from './progressState.js';

/** "epoch 7 of 15", "15 epochs, 97.9 %", "broken": what stands behind the run's name. */
export function runDescription(run: RunSummary, t: Localize): string {
  switch (run.status.state) {
    case 'recording':
      return run.epochs.length === 0 ? t('starting') : epochText(lastWhole(run), run.lastEpoch, t);
    case 'finished':
      return [epochsText(run, t), accuracyText(run.accuracy, t), run.status.stopped ? t('stopped') : '']
        .filter(Boolean)
        .join(', ');
    case 'broken':
      return t('broken');
  }
}

/** "epoch 7 of 15, 40 %, loss 0.31 (2 min left)" – a run that this window records. */
export function liveText(progress: ProgressState, t: Localize): string {
  const { epoch, lastEpoch, fraction, loss } = progress;
  if (epoch === null) return t('starting');
  const parts = [epochText(epoch, lastEpoch, t)];
  if (fraction > 0 && fraction < 1) parts.push(`${Math.floor(fraction * 100)} %`);
  if (loss !== null) parts.push(t('loss {0}', lossText(loss)));
  const left = secondsLeft(progress);
  return parts.join(', ') + (left === null || left === 0 ? '' : ` ${t('({0} left)', durationText(left, t))}`);
}

/** "500 training samples" */
export function sizeText({ size }: RunGroup, t: Localize): string {
  return t('{0} training samples', countText(size));
}

/** "100, 500, 1,000" */
export function sizesText(runs: readonly RunSummary[]): string {
  return runs.flatMap(({ group }) => (group ? [countText(group.size)] : [])).join(', ');
}

function epochsText(run: RunSummary, t: Localize): string {
  const last = lastWhole(run);
  return last === 1 ? t('1 epoch') : t('{0} epochs', last);
}

/** "held-out accuracy 93.4 %, 500 probes" */
function accuracyText(accuracy: RunAccuracy | null, t: Localize): string {
  if (accuracy === null) return '';
  const said = [percentText(shareRight(accuracy)), countText(accuracy.n)] as const;
  return accuracy.heldOut
    ? t('held-out accuracy {0} %, {1} probes', ...said)
    : t('training accuracy {0} %, {1} probes', ...said);
}

/** "Held-out accuracy, on probes not used in training: 90.9 to 95.3 % (95 % interval)", a line, and "Reported by the script: val_acc 93.6 %": below a run in the tooltip. */
export function accuracyDetail({ accuracy }: RunSummary, t: Localize): string | null {
  if (accuracy === null) return null;
  const [low, high] = wilsonInterval(accuracy).map(percentText);
  const { reported } = accuracy;
  return [
    accuracy.heldOut
      ? t('Held-out accuracy, on probes not used in training: {0} to {1} % (95 % interval)', low ?? '', high ?? '')
      : t(
          'Training accuracy, as all probes were used in training: {0} to {1} % (95 % interval)',
          low ?? '',
          high ?? '',
        ),
    ...(reported === null ? [] : [t('Reported by the script: {0} {1} %', reported.name, percentText(reported.value))]),
  ].join('\n');
}

/** "killed; complete up to epoch 4" – the line below a broken run. */
export function brokenText(run: RunSummary, t: Localize): string | null {
  if (run.status.state !== 'broken') return null;
  const whole = run.epochs.length === 0 ? t('no complete epoch') : t('complete up to epoch {0}', lastWhole(run));
  return `${run.status.reason}; ${whole}`;
}

/** "0.3 of 2.0 GiB, 45 MiB an epoch" – the line below a run that records. */
export function budgetText(run: RunSummary, manifest: RunManifest, t: Localize): string {
  const { byteBudget, bytesPerEpoch } = manifest.plan;
  return t('{0} of {1}, {2} per epoch', bytesText(run.byteCount), bytesText(byteBudget), bytesText(bytesPerEpoch));
}

function lastWhole(run: RunSummary): number {
  return run.epochs[run.epochs.length - 1] ?? 0;
}
