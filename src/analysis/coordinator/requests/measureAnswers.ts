/** How each measure of src/protocol/measures is answered. */
import { Failure } from '../../../protocol/failure.js';
import type { MeasureName, MeasureOptions, MeasureRequest, MeasureResult } from '../../../protocol/measure.js';
import type { CallContext } from '../../../protocol/rpc.js';
import type { ArraysInput } from '../dispatch/arraysInBlock.js';
import type { OpenedRun } from '../../run/openedRun.js';
import type { Session } from '../dispatch/session.js';
import { ckaAnswer } from './cka.js';
import { distanceMiAnswer } from './distanceMi.js';
import { distanceMiOfArrays } from './distanceMiOfArrays.js';
import { interAnswer } from './inter.js';
import { intraAnswer } from './intra.js';
import { intrinsicAnswer } from './intrinsicDimension.js';
import { labelAnswer } from './labels.js';
import { layerMiAnswer } from './layerMi.js';
import { layerMiOfArrays } from './layerMiOfArrays.js';
import type { MeasureAnswer } from './measureAnswer.js';
import { metricsAnswer } from './metrics.js';
import { redundancyAnswer } from './redundancy.js';
import { sliceAnswer } from './sliceEntropy.js';

const ANSWERS: { readonly [M in MeasureName]: MeasureAnswer<M> } = {
  inter: interAnswer,
  intra: intraAnswer,
  label: labelAnswer,
  metrics: metricsAnswer,
  'distance-mi': { ...distanceMiAnswer, ofArrays: distanceMiOfArrays },
  'layer-mi': { ...layerMiAnswer, ofArrays: layerMiOfArrays },
  cka: ckaAnswer,
  redundancy: redundancyAnswer,
  slice: sliceAnswer,
  intrinsic: intrinsicAnswer,
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

export interface MeasuredArrays extends ArraysInput {
  readonly measure: MeasureName;
  readonly options: MeasureOptions;
}

export function measureArrays(
  session: Session,
  { measure, options, ...arrays }: MeasuredArrays,
  context: CallContext,
): Promise<MeasureResult> {
  const { ofArrays } = answerOf(measure);
  if (ofArrays) return ofArrays(session, arrays, options, context);
  throw new Failure({
    kind: 'unsupported',
    doing: 'measuring an array',
    wrong: `${measure} is a measure of recorded runs`,
    tryThis: 'Record a training and query its run.',
  });
}
