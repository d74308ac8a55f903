/** Runs rows of the trust table and draws what came of them as a markdown table. */
import { isTried, reason, type Control, type Effort, type NotTried, type Part, type TrustRow } from './row.js';

export interface RowOutcome {
  readonly row: TrustRow;
  readonly parts: readonly Part[];
  readonly control: Control | NotTried;
  readonly seconds: number;
}

/** Never throws: a check that breaks down is a violation of its own. */
export async function runRow(row: TrustRow, effort: Effort): Promise<RowOutcome> {
  const started = performance.now();
  const parts: Part[] = [];
  try {
    for await (const part of row.check(effort)) parts.push(part);
  } catch (error) {
    parts.push({ what: 'the check itself', count: 0, violations: [`it broke down: ${stack(error)}`] });
  }
  const control = await row.control(effort).catch((error: unknown) => {
    return { what: `the control broke down: ${reason(error)}`, violations: [] };
  });
  return { row, parts, control, seconds: (performance.now() - started) / 1000 };
}

const stack = (error: unknown): string => (error instanceof Error ? (error.stack ?? error.message) : String(error));

/** What is wrong with a row: violations, or a control that passed. */
export function troubles({ parts, control }: RowOutcome): string[] {
  const violations = parts.filter(isTried).flatMap((part) => part.violations.map((one) => `${part.what}: ${one}`));
  const isBlind = 'violations' in control && control.violations.length === 0;
  return [...violations, ...(isBlind ? [`the control was not caught: ${control.what}`] : [])];
}

export function markdown(outcomes: readonly RowOutcome[], title: string): string {
  const lines = outcomes.map(tableLine);
  return [
    `# Trust: ${title}`,
    '',
    '| # | fault or attack | tried | violations | control, which must be caught | goal | s |',
    '|---|---|---|---|---|---|---|',
    ...lines,
    '',
  ].join('\n');
}

function tableLine(outcome: RowOutcome): string {
  const { row, parts, control, seconds } = outcome;
  const tried = parts.map((part) =>
    isTried(part) ? `${part.what}: ${part.count}` : `skipped: ${part.what} (${part.skipped})`,
  );
  const violations = parts.filter(isTried).reduce((sum, part) => sum + part.violations.length, 0);
  const cells = [
    row.number,
    row.what,
    tried.join('; '),
    violations,
    controlText(control),
    row.goal,
    seconds.toFixed(0),
  ];
  return `| ${cells.map((cell) => String(cell).replaceAll('|', '\\|').replaceAll('\n', ' ')).join(' | ')} |`;
}

function controlText(control: Control | NotTried): string {
  if ('skipped' in control) return `skipped: ${control.what} (${control.skipped})`;
  return control.violations.length > 0
    ? `${control.what}: caught (${control.violations.length})`
    : `**${control.what}: not caught**`;
}
