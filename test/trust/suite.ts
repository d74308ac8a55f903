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

/** A table of counts, then what each row tried and its control. */
export function markdown(outcomes: readonly RowOutcome[], title: string): string {
  return [
    `# Trust: ${title}`,
    '',
    '| # | fault or attack | trials | violations | control caught | s |',
    '|---|---|--:|--:|--:|--:|',
    ...outcomes.map(tableLine),
    '',
    ...outcomes.flatMap(detailLines),
  ].join('\n');
}

function tableLine({ row, parts, control, seconds }: RowOutcome): string {
  const tried = parts.filter(isTried);
  const cells = [
    row.number,
    row.what,
    tried.length > 0 ? tried.reduce((sum, part) => sum + part.count, 0) : 'skipped',
    tried.reduce((sum, part) => sum + part.violations.length, 0),
    'skipped' in control ? 'skipped' : control.violations.length || '**0**',
    seconds.toFixed(0),
  ];
  return `| ${cells.map((cell) => String(cell).replaceAll('|', '\\|').replaceAll('\n', ' ')).join(' | ')} |`;
}

function detailLines({ row, parts, control }: RowOutcome): string[] {
  const tried = parts.map((part) =>
    isTried(part) ? `${part.what}: ${part.count}` : `skipped: ${part.what} (${part.skipped})`,
  );
  return [
    `**${row.number}, ${row.what}** (goal: ${row.goal})`,
    '',
    ...tried.map((text) => `- ${text}`),
    `- control: ${'skipped' in control ? `skipped: ${control.what} (${control.skipped})` : control.what}`,
    '',
  ];
}
