/** Control experiments: layer by layer, what the network knows of altered probes, and how often it is right. */
import { judgedProbes } from '../../../protocol/accuracy.js';
import {
  CONDITION_WORDS,
  ControlNumbers,
  type Condition,
  type ControlQuestion,
  type ControlResult,
} from '../../../protocol/control.js';
import { DIVERSITY_IN_FULL } from '../../../protocol/entropyNames.js';
import { Failure } from '../../../protocol/failure.js';
import type { CallContext } from '../../../protocol/rpc.js';
import { accuracyChange } from '../../compare/changes.js';
import { DEFAULT_NEIGHBOURS } from '../../measures/interSampleEntropy.js';
import { labelEntropy } from '../../measures/layerInformation.js';
import { ANALYSIS_VERSION } from '../../run/version.js';
import type { ControlAnswers } from '../../compute/controlTask.js';
import type { OpenedRun } from '../../run/openedRun.js';
import type { Session } from '../dispatch/session.js';
import { CONTROL_PERMUTATIONS, type LayerNoise } from './controlInformation.js';
import { conditionOf, type ConditionFound, type ControlPlan } from './controlLayers.js';
import { controlPictures } from './controlPictures.js';
import { keptOr } from './keptOr.js';

const SHOWN = 8;

/** Throws a Failure for inputs that are no pictures, and for networks with a layer that cannot be computed anew. */
export async function controlExperiment(
  session: Session,
  run: OpenedRun,
  asked: ControlQuestion,
  context: CallContext,
): Promise<ControlResult> {
  const plan = await planOf(run, asked);
  const conditions: Condition[] = ['original', ...new Set(asked.masks)];
  const key = ['control', ANALYSIS_VERSION, await run.epochTag(plan.epoch), plan.n, conditions, 'held out'];
  const numbers = await keptOr(run, key, ControlNumbers, () => numbersOf(session, plan, conditions, context));
  const shown = [...Array(Math.min(SHOWN, plan.n)).keys()];
  return { ...numbers, shown, pictures: await controlPictures(session, run, conditions, shown, context) };
}

async function planOf(run: OpenedRun, { epoch: asked, samples }: ControlQuestion): Promise<ControlPlan> {
  const { manifest, epochStates, reader } = run;
  const state =
    asked === null
      ? epochStates.findLast((one) => one.state === 'whole')
      : epochStates.find((one) => one.epoch === asked);
  if (state?.state !== 'whole')
    throw refused(asked === null ? 'the run has no complete epoch' : `epoch ${asked} is not complete`);
  if (manifest.layers[0].mapShape.length !== 2) throw refused('its inputs are not images, so nothing can be masked');
  if (manifest.layers.filter(({ inputs }) => inputs.length === 0).length > 1)
    throw refused('its network has several inputs');
  const n = Math.min(samples, manifest.probes.count);
  const all = manifest.task === 'classification' ? await reader.readLabels() : null;
  const labels = all?.subarray(0, n) ?? null;
  return { run, epoch: state.epoch, n, labels: labels?.every((label) => label >= 0) ? labels : null };
}

async function numbersOf(
  session: Session,
  plan: ControlPlan,
  conditions: readonly Condition[],
  context: CallContext,
): Promise<ControlNumbers> {
  const { run, epoch, n, labels } = plan;
  const found: (ConditionFound & { condition: Condition })[] = [];
  const noise: LayerNoise = new Map();
  const layerCount = run.manifest.layers.length;
  for (const [place, condition] of conditions.entries()) {
    const tell = (done: number): void =>
      context.progress({ fraction: (place + done / layerCount) / conditions.length, text: CONDITION_WORDS[condition] });
    found.push({ condition, ...(await conditionOf(session, plan, condition, noise, tell, context)) });
  }
  const { probes, heldOut } = judgedProbes(labels ?? [], (await run.reader.readSplits()).subarray(0, n));
  const right = ({ answers }: ControlAnswers): boolean[] => probes.map((probe) => answers[probe] === labels?.[probe]);
  const recorded = labels ? (await run.reader.readPredictions(epoch)).subarray(0, n) : null;
  return {
    epoch,
    n,
    heldOut,
    conditions: found.map(({ condition, answers }) => ({
      condition,
      accuracy: labels ? accuracyChange(right(found[0].answers), right(answers), true) : null,
      replacedShare: answers.replacedShares.reduce((sum, share) => sum + share, 0) / n,
      withoutObject: answers.withoutObject,
    })),
    layers: run.manifest.layers.map(({ index, name }) => ({
      layer: index,
      name,
      values: found.flatMap(({ values }) => values.get(index) ?? []),
    })),
    labelCeilingBits: labels ? labelEntropy(labels) : null,
    otherThanRecorded: recorded ? found[0].answers.answers.filter((one, i) => one !== recorded[i]).length : null,
    methods: METHODS,
  };
}

const METHODS = [
  'The network is evaluated from its recorded weights on the first probes; no code of the recorded model is executed.',
  'The object is every pixel whose distance from the border’s median colour exceeds Otsu’s threshold (1979), widened by one pixel in 28. Masked pixels get the border’s colour. Noise is normal, with each picture’s own mean and standard deviation per channel.',
  'I(T;Y): lower bound by kernel density (Kolchinsky and Tracey 2017) with noise of 5 % of the layer’s recorded variance, the same under every condition; ± is the 95 % jackknife interval.',
  `Null: the largest of ${CONTROL_PERMUTATIONS} estimates with permuted labels. A value no higher than its null carries no detectable label information.`,
  `${DIVERSITY_IN_FULL}: exact, k = ${DEFAULT_NEIGHBOURS}; ± is the 95 % jackknife interval. Noise and identical inputs have many near neighbours and therefore a high diversity: diversity alone does not show what a layer knows.`,
  'Accuracy: on probes not seen in training (on all probes if all were seen). Change: compared with the recorded inputs, matched proportions (Agresti and Min 2005), 95 %.',
];

function refused(wrong: string): Failure {
  return new Failure({
    kind: 'unsupported',
    doing: 'running a control experiment',
    wrong,
    tryThis: 'Choose a run of a network for images, and a complete epoch.',
  });
}
