/**
 * Walks a value along the schema that describes it and puts another string into every field that takes one. Fields
 * are found in the schema and nowhere else, so that a field that is added tomorrow is tried tomorrow.
 */
import type * as v from 'valibot';

/** What of valibot's schemas is looked at. */
interface Schema {
  readonly type: string;
  readonly entries?: Readonly<Record<string, Schema>>;
  readonly item?: Schema;
  readonly items?: readonly Schema[];
  readonly wrapped?: Schema;
  readonly key?: Schema;
  readonly value?: Schema;
  readonly options?: readonly unknown[];
  readonly pipe?: readonly { readonly kind: string; readonly type: string }[];
}

export interface StringField {
  /** "layers.0.name"; keys of records end in "{key}". */
  readonly path: string;
  /** Any text passes; others have a form (a time, a checksum, one of a few words). */
  readonly isFree: boolean;
}

/** Pipes that any text passes, as long as it is no longer than that. */
const HARMLESS = new Set(['max_length', 'trim', 'min_length']);

/** Called for every string field that the value has or may have; what it returns is put there, null leaves it. */
export type Replace = (field: StringField) => string | null;

/** A copy of `value` with other strings in it. Arrays keep their length, empty ones of text get `extra` items. */
export function replaceStrings(schema: v.GenericSchema, value: unknown, replace: Replace, extra = 3): unknown {
  return walk(schema as unknown as Schema, value, '', replace, extra);
}

function walk(schema: Schema, value: unknown, path: string, replace: Replace, extra: number): unknown {
  switch (schema.type) {
    case 'string':
      return replace({ path, isFree: isFree(schema) }) ?? value;
    case 'literal':
    case 'picklist':
      return typeof value === 'string' ? (replace({ path, isFree: false }) ?? value) : value;
    case 'nullable':
    case 'optional':
      return value === undefined || (value === null && schema.wrapped?.type !== 'string')
        ? value
        : walk(schema.wrapped!, value, path, replace, extra);
    case 'object':
      return walkObject(schema.entries ?? {}, value, path, replace, extra);
    case 'array':
      return walkArray(schema.item!, value, path, replace, extra);
    case 'record':
      return walkRecord(schema, value, path, replace, extra);
    case 'variant':
    case 'union':
      return walkOneOf(schema, value, path, replace, extra);
    default:
      return value;
  }
}

function walkObject(
  entries: NonNullable<Schema['entries']>,
  value: unknown,
  path: string,
  replace: Replace,
  extra: number,
): unknown {
  const object = value as Record<string, unknown>;
  const replaced = Object.entries(entries).flatMap(([name, entry]) => {
    const inner = walk(entry, object[name], path === '' ? name : `${path}.${name}`, replace, extra);
    return inner === undefined ? [] : [[name, inner] as const];
  });
  return { ...object, ...Object.fromEntries(replaced) };
}

function walkArray(item: Schema, value: unknown, path: string, replace: Replace, extra: number): unknown {
  const array = value as unknown[];
  const filled = array.length === 0 && item.type === 'string' ? Array.from({ length: extra }, () => '') : array;
  const replaced = filled.map((one, index) => walk(item, one, `${path}.${index}`, replace, extra));
  // Nothing was put into the items that the array did not have.
  return array.length === 0 && replaced.every((one) => one === '') ? array : replaced;
}

/** Every entry keeps its key and gets another value; entries of hostile keys come beside them. */
function walkRecord(schema: Schema, value: unknown, path: string, replace: Replace, extra: number): unknown {
  const record = value as Record<string, unknown>;
  const replaced = Object.entries(record).map(([key, one]) => [
    key,
    walk(schema.value!, one, `${path}.${key}`, replace, extra),
  ]);
  const model = Object.values(record)[0] ?? (takesText(schema.value!) ? '' : undefined);
  if (model === undefined) return Object.fromEntries(replaced);
  const key = replace({ path: `${path}.{key}`, isFree: isFree(schema.key!) });
  const own = key === null ? [] : [[key, walk(schema.value!, model, `${path}.{value}`, replace, extra)]];
  // A record's own "__proto__" is a key like any other.
  return Object.fromEntries([...replaced, ...own]);
}

function walkOneOf(schema: Schema, value: unknown, path: string, replace: Replace, extra: number): unknown {
  const options = schema.options as readonly Schema[];
  const fitting = options.find((option) => fits(option, value));
  return fitting ? walk(fitting, value, path, replace, extra) : value;
}

function fits(schema: Schema, value: unknown): boolean {
  if (schema.type === 'union') return (schema.options as Schema[]).some((option) => fits(option, value));
  if (schema.type === 'string') return typeof value === 'string';
  if (schema.type === 'array') return Array.isArray(value) && value.every((one) => fits(schema.item!, one));
  if (schema.type !== 'object') return false;
  return Object.entries(schema.entries ?? {}).every(
    ([name, entry]) =>
      entry.type !== 'literal' || (entry as { literal?: unknown }).literal === (value as Record<string, unknown>)[name],
  );
}

function takesText(schema: Schema): boolean {
  return schema.type === 'string' || (schema.type === 'union' && (schema.options as Schema[]).some(takesText));
}

function isFree(schema: Schema): boolean {
  return (
    schema.type === 'string' && (schema.pipe ?? []).every(({ kind, type }) => kind === 'schema' || HARMLESS.has(type))
  );
}
