/** The table of the matrix: what was recorded of which script on which engine. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../../recorder/support/bundles.js';

export interface Row {
  readonly script: string;
  readonly title: string;
  readonly engine: string;
  /** null: it was skipped, with the reason in `note`. */
  readonly recorded: boolean | null;
  readonly layers: number;
  readonly epochs: string;
  readonly rightLines: boolean | null;
  readonly equalBits: boolean | null;
  readonly variables: number;
  readonly bareSeconds: number;
  readonly recordedSeconds: number;
  readonly note: string;
}

const HEAD = [
  'script',
  'engine',
  'recorded',
  'layers',
  'epochs',
  'right lines',
  'equal to the last bit',
  'bare s',
  'recorded s',
];

export function reportTable(rows: readonly Row[]): string {
  const cells = rows.map((row) => [
    row.script,
    row.engine,
    row.recorded === null ? `skipped: ${row.note}` : yes(row.recorded),
    String(row.layers),
    row.epochs,
    yes(row.rightLines),
    row.equalBits === null ? '' : `${yes(row.equalBits)} (${row.variables} variables)`,
    row.bareSeconds.toFixed(1),
    row.recordedSeconds.toFixed(1),
  ]);
  const widths = HEAD.map((head, column) => Math.max(head.length, ...cells.map((row) => (row[column] ?? '').length)));
  const line = (row: readonly string[]): string =>
    `| ${row.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join(' | ')} |`;
  return [line(HEAD), line(widths.map((width) => '-'.repeat(width))), ...cells.map(line)].join('\n');
}

/** Returns the file that it was written to. */
export function writeReport(rows: readonly Row[]): string {
  const folder = join(root, 'test-artifacts');
  const file = join(folder, 'recordings.md');
  const titles = new Map(rows.map(({ script, title }) => [script, title]));
  const list = [...titles].map(([script, title]) => `- \`${script}\`: ${title}`).join('\n');
  mkdirSync(folder, { recursive: true });
  writeFileSync(file, `# Scripts as they are\n\n${reportTable(rows)}\n\n${list}\n`);
  return file;
}

function yes(value: boolean | null): string {
  if (value === null) return '';
  return value ? 'yes' : 'NO';
}
