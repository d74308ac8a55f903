/**
 * How the command line speaks: results on stdout, progress and messages on stderr, so that a pipe
 * gets results only. Control characters of recordings are escaped before a terminal sees them.
 */
import { csvField } from '../protocol/csvField.js';
import { Failure } from '../protocol/failure.js';
import { EXIT_OK, exitCodeOf } from './exitCodes.js';

export interface Console {
  /** A line of result. */
  result(line: string): void;
  /** One JSON document of result. */
  json(value: unknown): void;
  message(line: string): void;
  /** Replaces the last progress line on a terminal; one line each elsewhere, when `final`. */
  progress(line: string, final?: boolean): void;
  /** What a script prints, as it is; a progress line gives way to it, and none covers a line that it has only begun. */
  output(chunk: Uint8Array): void;
  /** Resolves when whoever reads what a script prints has taken it all, or it could not be written and is dropped. */
  outputTaken(): Promise<void>;
}

const NEWLINE = 10;

/** What `stderr` cannot take is dropped; who gives it listens to its errors. */
export function createConsole(stdout: NodeJS.WriteStream, stderr: NodeJS.WriteStream): Console {
  let progressShown = false;
  let lineBegun = false;
  let taken = Promise.resolve();
  const clear = (): void => {
    if (progressShown) stderr.write('\r\x1b[K');
    progressShown = false;
  };
  const ownLine = (): void => {
    clear();
    if (lineBegun) stderr.write('\n');
    lineBegun = false;
  };
  const message = (line: string): void => {
    ownLine();
    stderr.write(`${plainText(line)}\n`);
  };
  return {
    result(line) {
      clear();
      stdout.write(`${plainText(line)}\n`);
    },
    json(value) {
      clear();
      // Outside strings JSON has no control characters but its own newlines.
      stdout.write(`${JSON.stringify(value, null, 2).split('\n').map(plainText).join('\n')}\n`);
    },
    message,
    progress(line, final = false) {
      if (final) return message(line);
      if (!stderr.isTTY || lineBegun) return;
      stderr.write(`\r\x1b[K${plainText(line)}`);
      progressShown = true;
    },
    output(chunk) {
      if (chunk.length === 0) return;
      clear();
      taken = new Promise((resolve) => stderr.write(chunk, () => resolve()));
      lineBegun = chunk[chunk.length - 1] !== NEWLINE;
    },
    outputTaken: () => taken,
  };
}

// eslint-disable-next-line no-control-regex -- control characters are what this finds
const CONTROL = /[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g;

/** With the control characters that could steer a terminal as they are escaped in JSON: a newline is \n. */
function plainText(text: string): string {
  return text.replace(CONTROL, escaped);
}

function escaped(character: string): string {
  const inJson = JSON.stringify(character).slice(1, -1);
  return inJson === character ? `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}` : inJson;
}

/** A failure as three short lines. */
export function failureLines(failure: Failure): string[] {
  return [`error: ${failure.doing}`, `  wrong: ${failure.wrong}`, `  try:   ${failure.tryThis}`];
}

/**
 * The exit code when results can no longer be printed. The reader of a pipe may leave early (`| head`): what is left
 * has no one to read it. Anything else, such as a full disk, is said.
 */
export function lostOutput(error: NodeJS.ErrnoException, message: (line: string) => void): number {
  if (error.code === 'EPIPE') return EXIT_OK;
  const tryThis = 'Write the output to a writable disk with free space.';
  const failure = new Failure({ kind: 'environment', doing: 'printing the result', wrong: error.message, tryThis });
  failureLines(failure).forEach(message);
  return exitCodeOf(failure.kind);
}

export type Alignment = 'left' | 'right';

/** Columns padded to their widest cell, two spaces apart. */
export function tableLines(
  header: readonly string[],
  rows: readonly (readonly string[])[],
  alignments: readonly Alignment[],
): string[] {
  const cells = [header, ...rows].map((row) => row.map(plainText));
  const widths = header.map((_, column) => Math.max(...cells.map((row) => row[column].length)));
  return cells.map((row) =>
    row
      .map((cell, column) =>
        alignments[column] === 'right' ? cell.padStart(widths[column]) : cell.padEnd(widths[column]),
      )
      .join('  ')
      .trimEnd(),
  );
}

export function bitsText(bits: number | null, digits = 2): string {
  return bits === null ? '–' : bits.toFixed(digits);
}

/** One CSV document; its fields are `csvField`s. */
export function csvLines(header: readonly string[], rows: readonly (readonly (string | number | null)[])[]): string[] {
  return [header, ...rows].map((row) => row.map(csvField).join(','));
}
