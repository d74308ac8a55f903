/** One field of a CSV document (RFC 4180), for spreadsheets too. */

/**
 * Quoted where it must be; null is an empty field. Text that a spreadsheet would compute has an apostrophe before it,
 * since names come from recordings; a number in words stays one.
 */
export function csvField(value: string | number | null): string {
  const text = isFormula(value) ? `'${value}` : String(value ?? '');
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

function isFormula(value: string | number | null): boolean {
  return typeof value === 'string' && /^[=+\-@\t\r]/.test(value) && !Number.isFinite(Number(value));
}
