/** The one list of rules, and what they find of a training together. */
import {
  GRAVITIES,
  type CheckedRule,
  type Finding,
  type RuleName,
  type UncheckedRule,
} from '../../protocol/summary.js';
import { classMissing, confusion, uncertainClass } from './classRules.js';
import type { TrainingFacts } from './facts.js';
import { dead, nonFinite, redundant, saturated, unchanged } from './layerRules.js';
import type { Rule } from './rule.js';
import { heldOutSize, leakage, learned, loss, overfitting, trainAndUse } from './trainingRules.js';

export const RULES: readonly Rule[] = [
  ...[learned, loss, nonFinite, leakage, classMissing, trainAndUse, overfitting, uncertainClass, confusion],
  ...[unchanged, dead, saturated, redundant, heldOutSize],
];

export interface Judgement {
  /** Worst first, those that are unsure last. */
  readonly findings: readonly Finding[];
  readonly checked: readonly CheckedRule[];
  readonly unchecked: readonly UncheckedRule[];
  readonly heldBack: readonly RuleName[];
}

export function judgeTraining(facts: TrainingFacts): Judgement {
  const waits = ({ needsLearned }: Rule): boolean => needsLearned && facts.notLearned !== null;
  const asked = RULES.filter((rule) => !waits(rule)).map((rule) => ({ rule: rule.name, outcome: rule.check(facts) }));
  const findings = asked.flatMap(({ rule, outcome }): Finding[] =>
    'found' in outcome ? outcome.found.map((finding) => ({ rule, ...finding })) : [],
  );
  return {
    findings: findings.sort((a, b) => rank(a) - rank(b) || b.effect - a.effect),
    checked: asked.flatMap(({ rule, outcome }) => ('checked' in outcome ? [{ rule, ...outcome.checked }] : [])),
    unchecked: asked.flatMap(({ rule, outcome }) =>
      'unchecked' in outcome ? [{ rule, reason: outcome.unchecked }] : [],
    ),
    heldBack: RULES.filter(waits).map(({ name }) => name),
  };
}

/** What may be chance comes after all that is not. */
function rank({ certainty, gravity }: Finding): number {
  return (certainty === 'unsure' ? GRAVITIES.length : 0) + GRAVITIES.indexOf(gravity);
}
