/** When values in the text and values in a recording mean the same. */
import type { LiteralValue } from '../detect/layerDefinition.js';

/** −1 is the last axis; layers that are built may have counted it from the first, the batch. */
export function fromFirst(axis: LiteralValue, last: number): LiteralValue {
  if (Array.isArray(axis)) return (axis as readonly LiteralValue[]).map((one) => fromFirst(one, last));
  return typeof axis === 'number' && axis < 0 ? axis + last + 1 : axis;
}

/** `[2, 3]` and `[[2, 2], [3, 3]]` as recordings keep them: top, bottom, left, right. */
export function margins(value: LiteralValue): LiteralValue {
  if (!Array.isArray(value)) return value;
  return (value as readonly LiteralValue[]).flatMap((one) =>
    Array.isArray(one) ? (one as readonly LiteralValue[]) : [one, one],
  );
}

/** `5` and `[5, 5]` mean the same size; `null` and "linear" the same activation. */
export function equalValues(left: LiteralValue | undefined, right: LiteralValue | undefined): boolean {
  if (Array.isArray(left) || Array.isArray(right)) {
    const length = Math.max(lengthOf(left), lengthOf(right));
    return (
      lengthFits(left, length) &&
      lengthFits(right, length) &&
      range(length).every((at) => equalValues(itemOf(left, at), itemOf(right, at)))
    );
  }
  return plain(left) === plain(right);
}

function plain(value: LiteralValue | undefined): LiteralValue | undefined {
  return value === 'linear' || value === undefined ? null : value;
}

function lengthOf(value: LiteralValue | undefined): number {
  return Array.isArray(value) ? value.length : 1;
}

function lengthFits(value: LiteralValue | undefined, length: number): boolean {
  return !Array.isArray(value) || value.length === length;
}

function itemOf(value: LiteralValue | undefined, at: number): LiteralValue | undefined {
  return Array.isArray(value) ? (value[at] as LiteralValue) : value;
}

function range(length: number): number[] {
  return Array.from({ length }, (_, index) => index);
}
