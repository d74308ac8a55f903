/**
 * Reads tables of numbers with one column of labels: the first line may name the columns. A label may be a
 * number or a name; names become classes in alphabetical order.
 */
import { Readable } from 'node:stream';
import { CsvError, parse, type Parser } from 'csv-parse';
import { badData, tooLarge } from './dataFailure.js';
import { DEFAULT_LIMITS, type DataArray, type DataLimits } from './dataSet.js';
import { withBytes } from './openBytes.js';

/** In the order in which they are believed: y may also be a coordinate. */
const LABEL_NAMES = ['label', 'labels', 'class', 'target', 'species', 'category', 'y'];
const COLUMN_LIMIT = 1_000_000;
const CELL_BYTES = 64;
const RECORD_BYTES = 64 * 2 ** 20;

export interface CsvTable {
  /** (N, columns without the label) */
  readonly samples: DataArray;
  /** (N) */
  readonly labels: DataArray;
  /** null where the labels are numbers. */
  readonly classNames: readonly string[] | null;
}

/**
 * `labelColumn`: a column's name, or its index from 0; by default a column named label, class, target or y,
 * else the first where there is no header (as MNIST's CSV files have it), else the last. Throws a Failure
 * that names file, line and column.
 */
export async function readCsv(
  file: string,
  labelColumn: string | null = null,
  limits: DataLimits = DEFAULT_LIMITS,
): Promise<CsvTable> {
  return withBytes(file, async ({ reader }) => {
    const delimiter = /\.tsv(\.gz)?$/i.test(file) ? '\t' : ',';
    const parser = parse({
      delimiter,
      bom: true,
      info: true,
      skip_empty_lines: true,
      trim: true,
      max_record_size: RECORD_BYTES,
    });
    const bytes = Readable.from(pieces(reader), { objectMode: false });
    bytes.on('error', (error) => parser.destroy(error));
    bytes.pipe(parser);
    const table = new Table(file, labelColumn, limits);
    try {
      for await (const { record, info } of rowsOf(parser)) table.add(record, info.lines);
    } catch (cause) {
      throw cause instanceof CsvError ? brokenCsv(file, cause) : cause;
    } finally {
      bytes.destroy();
      parser.destroy();
    }
    return table.finish();
  });
}

async function* pieces(reader: { some(limit: number): Promise<Uint8Array> }): AsyncGenerator<Uint8Array> {
  for (let piece = await reader.some(2 ** 18); piece.length > 0; piece = await reader.some(2 ** 18)) yield piece;
}

interface Row {
  readonly record: readonly string[];
  readonly info: { readonly lines: number };
}

function rowsOf(parser: Parser): AsyncIterable<Row> {
  // With `info: true` every record comes with where it was found.
  return parser as AsyncIterable<Row>;
}

class Table {
  #columns = 0;
  #labelAt = -1;
  #count = 0;
  #values = new Float32Array(1024);
  readonly #labels: string[] = [];

  constructor(
    private readonly file: string,
    private readonly labelColumn: string | null,
    private readonly limits: DataLimits,
  ) {}

  add(cells: readonly string[], line: number): void {
    if (this.#columns === 0) {
      if (this.#begin(cells, line)) return;
    }
    if (cells.length !== this.#columns) {
      throw this.#bad(line, null, `it has ${cells.length} columns, but the first line has ${this.#columns}`);
    }
    this.#reserve();
    let at = this.#count * (this.#columns - 1);
    cells.forEach((cell, column) => {
      if (column === this.#labelAt) this.#labels.push(this.#label(cell, line, column));
      else this.#values[at++] = this.#number(cell, line, column);
    });
    this.#count++;
  }

  finish(): CsvTable {
    if (this.#count === 0)
      throw badData(this.file, null, 'it has no line of numbers', 'The table needs one line per sample.');
    const width = this.#columns - 1;
    const samples = { shape: [this.#count, width], values: this.#values.slice(0, this.#count * width) };
    const { values, classNames } = codeLabels(this.#labels);
    return { samples, labels: { shape: [this.#count], values }, classNames };
  }

  /** Decides what the columns are; true when the line only names them. */
  #begin(cells: readonly string[], line: number): boolean {
    if (cells.length < 2) throw this.#bad(line, null, 'only one column; a label and values are needed');
    if (cells.length > COLUMN_LIMIT)
      throw this.#bad(line, null, `${cells.length} columns; the limit is ${COLUMN_LIMIT}`);
    this.#columns = cells.length;
    const isHeader = cells.filter((cell) => !isNumber(cell)).length > 1 || cells.some((cell) => isLabelName(cell));
    this.#labelAt = this.#findLabel(cells, isHeader, line);
    return isHeader;
  }

  #findLabel(cells: readonly string[], isHeader: boolean, line: number): number {
    if (this.labelColumn !== null) {
      const named = isHeader ? cells.indexOf(this.labelColumn) : -1;
      const index = named >= 0 || !isNumber(this.labelColumn) ? named : Number(this.labelColumn);
      if (Number.isInteger(index) && index >= 0 && index < cells.length) return index;
      throw this.#bad(line, null, `there is no label column "${this.labelColumn}"`);
    }
    const words = cells.map((cell) => cell.toLowerCase());
    const name = LABEL_NAMES.find((one) => words.includes(one));
    if (name !== undefined && isHeader) return words.indexOf(name);
    const text = cells.findIndex((cell) => !isNumber(cell));
    if (isHeader) return cells.length - 1;
    return text >= 0 ? text : 0;
  }

  #number(cell: string, line: number, column: number): number {
    if (isNumber(cell)) return Number(cell);
    throw this.#bad(line, column, cell === '' ? 'no value' : `"${cell.slice(0, CELL_BYTES)}" is not a number`);
  }

  #label(cell: string, line: number, column: number): string {
    if (cell === '') throw this.#bad(line, column, 'no label');
    return cell.slice(0, 1024);
  }

  #reserve(): void {
    const needed = (this.#count + 1) * (this.#columns - 1);
    if (needed * 4 > this.limits.arrayBytes) throw tooLarge(this.file, 'the table', needed * 4, this.limits.arrayBytes);
    if (needed <= this.#values.length) return;
    const larger = new Float32Array(Math.max(needed, 2 * this.#values.length));
    larger.set(this.#values);
    this.#values = larger;
  }

  #bad(line: number, column: number | null, wrong: string) {
    const at = column === null ? `line ${line}` : `line ${line}, column ${column + 1}`;
    return badData(this.file, at, wrong, 'Every line needs one label and the same number of values.');
  }
}

function isLabelName(cell: string): boolean {
  return LABEL_NAMES.includes(cell.toLowerCase());
}

/** In decimal digits, as tables have them: 0x10 is a name. */
function isNumber(cell: string): boolean {
  return /^\s*[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?\s*$/i.test(cell) && Number.isFinite(Number(cell));
}

function codeLabels(labels: readonly string[]): {
  values: Float32Array<ArrayBuffer>;
  classNames: readonly string[] | null;
} {
  if (labels.every(isNumber)) return { values: Float32Array.from(labels, Number), classNames: null };
  const classNames = [...new Set(labels)].sort();
  const codes = new Map(classNames.map((name, index) => [name, index]));
  return { values: Float32Array.from(labels, (label) => codes.get(label) ?? 0), classNames };
}

function brokenCsv(file: string, cause: CsvError) {
  const line = (cause as { lines?: number }).lines;
  return badData(
    file,
    line === undefined ? null : `line ${line}`,
    cause.message,
    'Save it again as comma-separated values.',
    cause,
  );
}
