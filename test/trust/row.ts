/**
 * What a row of the trust table is: a fault or an attack, how often it was tried, what broke, and a control –
 * a build broken on purpose that the same check must catch. A row that needs a right that this machine does
 * not give says so and is skipped by name.
 */

/** How much is tried: the short form belongs to `npm test`, the full one to `npm run test:faults -- --full`. */
export interface Effort {
  readonly full: boolean;
  /** Cases to try. */
  count(short: number, full: number): number;
}

export function effort(full: boolean): Effort {
  return { full, count: (short, most) => (full ? most : short) };
}

/** One way in which the fault was tried. */
export interface Tried {
  readonly what: string;
  readonly count: number;
  /** One sentence each; none where the promise held. */
  readonly violations: readonly string[];
}

/** A part that could not be tried, by name. */
export interface NotTried {
  readonly what: string;
  readonly skipped: string;
}

export type Part = Tried | NotTried;

export interface Control {
  /** What is broken on purpose. */
  readonly what: string;
  /** What the check found; none would mean that it finds nothing out. */
  readonly violations: readonly string[];
}

export interface TrustRow {
  readonly number: number;
  readonly what: string;
  readonly promise: string;
  readonly goal: string;
  /** It starts the editor: only the full form tries it. */
  readonly onlyFull?: true;
  /** Tries everything; parts come as they are done. */
  check(effort: Effort): AsyncGenerator<Part, void, void>;
  /** The same check on something broken. */
  control(effort: Effort): Promise<Control | NotTried>;
}

export const isTried = (part: Part): part is Tried => 'count' in part;

/** 0, 1, … length − 1. */
export const upTo = (length: number): number[] => Array.from({ length }, (_, index) => index);

/** `count` numbers spread over 1 … most, first and last among them, each once. */
export function spread(count: number, most: number): number[] {
  const wanted = Math.min(count, most);
  if (wanted <= 1) return most < 1 ? [] : [1];
  return [...new Set(upTo(wanted).map((index) => 1 + Math.round((index * (most - 1)) / (wanted - 1))))];
}

/** The message of an error, for the sentence of a violation. */
export const reason = (error: unknown): string => (error instanceof Error ? error.message : String(error));
