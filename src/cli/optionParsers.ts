/** Parsers for option values; what does not fit is an InvalidArgumentError, which commander words. */
import { InvalidArgumentError } from 'commander';

/** A whole number of at least `minimum`, and of at most `maximum` where there is one. */
export function countOption(name: string, minimum = 1, maximum = Infinity): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!/^\d+$/.test(text) || !Number.isSafeInteger(value) || value < minimum || value > maximum) {
      const range = Number.isFinite(maximum) ? `from ${minimum} to ${maximum}` : `of at least ${minimum}`;
      throw new InvalidArgumentError(`${name} takes a whole number ${range}.`);
    }
    return value;
  };
}

/** A number from `minimum` to `maximum`. */
export function numberOption(name: string, minimum: number, maximum: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (text.trim() === '' || !Number.isFinite(value) || value < minimum || value > maximum) {
      const most = Number.isFinite(maximum) ? ` to ${maximum}` : ' up';
      throw new InvalidArgumentError(`${name} takes a number from ${minimum}${most}.`);
    }
    return value;
  };
}
