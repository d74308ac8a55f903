/** How each measure of src/protocol/measures is answered. */
import type { MeasureName, MeasureRequest, MeasureResult } from '../../protocol/measure.js';
import type { CallContext } from '../../protocol/rpc.js';
import type { OpenedRun } from '../worker/openedRun.js';
import type { Session } from '../worker/session.js';
import { ckaAnswer } from './cka.js';
import { distanceMiAnswer } from './distanceMi.js';
import { interAnswer } from './inter.js';
import { intraAnswer } from './intra.js';
import { labelAnswer } from './labels.js';
import { layerMiAnswer } from './layerMi.js';
import type { MeasureAnswer } from './measureAnswer.js';
import { metricsAnswer } from './metrics.js';
import { redundancyAnswer } from './redundancy.js';
import { sliceAnswer } from './sliceEntropy.js';

const ANSWERS: { readonly [M in MeasureName]: MeasureAnswer<M> } = {
  inter: interAnswer,
  intra: intraAnswer,
  label: labelAnswer,
  metrics: metricsAnswer,
  'distance-mi': distanceMiAnswer,
  'layer-mi': layerMiAnswer,
  cka: ckaAnswer,
  redundancy: redundancyAnswer,
  slice: sliceAnswer,
};

export function answerOf(measure: MeasureName): MeasureAnswer<MeasureName> {
  return ANSWERS[measure] as MeasureAnswer<MeasureName>; // options go to the measure that they were asked of
}

export function measureSlice(
  session: Session,
  run: OpenedRun,
  { measure, query, options = {} }: MeasureRequest,
  context: CallContext,
): Promise<MeasureResult> {
  return answerOf(measure).answer(session, run, query, options, context);
}
