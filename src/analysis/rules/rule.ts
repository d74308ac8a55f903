/** What a rule is. */
import type { CheckedRule, Finding, RuleName, UncheckedRule } from '../../protocol/summary.js';
import type { TrainingFacts } from './facts.js';

export type RuleOutcome =
  | { readonly found: readonly Omit<Finding, 'rule'>[] }
  | { readonly checked: Omit<CheckedRule, 'rule'> }
  | { readonly unchecked: UncheckedRule['reason'] };

export interface Rule {
  readonly name: RuleName;
  /** When there is a finding, for docs/rules.md. */
  readonly definition: string;
  readonly source: string;
  /** What a network that has not learned looks like says nothing by this rule. */
  readonly needsLearned: boolean;
  check(facts: TrainingFacts): RuleOutcome;
}

export const found = (...findings: readonly Omit<Finding, 'rule'>[]): RuleOutcome => ({ found: findings });
export const healthy = (title: string, value: string): RuleOutcome => ({ checked: { title, value } });
export const unknown = (reason: string): RuleOutcome => ({ unchecked: reason });
