/**
 * docs/benchmarks.md, section by section: a run of some sections replaces those and leaves the others, each with the
 * day and machine that it was measured on.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { ratio, type Row } from './row.js';

const HEAD = `# Benchmarks

Written by \`npm run bench -- --out docs/benchmarks.md [section …]\`. Ours and the peer are timed in the same run, on the
same machine; ratio says how many times better ours is. Absolute times drift from machine to machine: quote ratios.
Processor time is of all threads. Where a goal is not met, [decisions/speed.md](decisions/speed.md) says what limits it.
`;

export interface MeasuredSection {
  readonly name: string;
  /** Cores, processor, Node, and the day. */
  readonly machine: string;
  readonly rows: readonly Row[];
  /** What the section printed beside its rows. */
  readonly notes: readonly string[];
}

export function writeSections(file: string, measured: readonly MeasuredSection[]): void {
  const sections = existsSync(file) ? sectionsOf(readFileSync(file, 'utf8')) : new Map<string, string>();
  for (const section of measured) sections.set(section.name, sectionText(section));
  writeFileSync(file, `${HEAD}\n${[...sections.values()].join('\n')}`);
}

function sectionsOf(text: string): Map<string, string> {
  const parts = text.split(/^(?=## )/m).slice(1);
  return new Map(parts.map((part) => [/^## (.*)/.exec(part)?.[1] ?? '', `${part.trimEnd()}\n`]));
}

function sectionText({ name, machine, rows, notes }: MeasuredSection): string {
  const table = ['| what | ratio | goal | ours | peer | peer is | processor time |', '|---|--:|--:|--:|--:|---|--:|'];
  const lines = [`## ${name}`, '', machine, ''];
  if (rows.length > 0) lines.push(...table, ...rows.map(rowText), '');
  if (notes.length > 0) lines.push('```', ...notes, '```', '');
  return lines.join('\n');
}

function rowText(row: Row): string {
  const goal = row.goal === null ? '' : `${two(row.goal)} ${ratio(row) >= row.goal ? 'met' : '**not met**'}`;
  const cpu = row.cpu ? `${figure(row.cpu.ours)} / ${figure(row.cpu.peer)} ${row.unit}` : '';
  const cells = [row.what, `${two(ratio(row))} ×`, goal, `${figure(row.ours)} ${row.unit}`];
  return `| ${[...cells, `${figure(row.peer)} ${row.unit}`, row.peerName, cpu].join(' | ')} |`;
}

function two(value: number): string {
  return value.toFixed(2);
}

export function figure(value: number): string {
  return value >= 100 ? value.toFixed(0) : value.toPrecision(3);
}
