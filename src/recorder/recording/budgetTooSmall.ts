/** Why there is no run: what must be kept does not fit. */
import { bytesText } from '../../protocol/bytesText.js';
import { Failure } from '../../protocol/failure.js';
import type { RecordingPlan } from '../plan/planRecording.js';

export function budgetTooSmall({ bytesOnce, bytesWithoutMaps }: RecordingPlan, byteBudget: number): Failure {
  return new Failure({
    kind: 'bad-input',
    doing: 'planning the recording',
    wrong: `the budget is ${bytesText(byteBudget)}, but the statistics of the first and the last epoch alone take ${bytesText(bytesOnce + 2 * bytesWithoutMaps)}`,
    tryThis: 'Raise the byte budget, or record fewer probes',
  });
}
