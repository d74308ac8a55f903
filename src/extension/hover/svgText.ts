/** The few SVG parts that the pictures are made of, as text; every string that comes in is escaped. */

export function text(x: number, y: number, content: string, anchor: 'start' | 'middle' | 'end' = 'start'): string {
  return `<text x="${number(x)}" y="${number(y)}" text-anchor="${anchor}">${escapeText(content)}</text>`;
}

export function rect(x: number, y: number, width: number, height: number): string {
  return `x="${number(x)}" y="${number(y)}" width="${number(Math.max(0.5, width))}" height="${number(Math.max(0.5, height))}"`;
}

export function number(value: number): string {
  return Number(value.toFixed(2)).toString();
}

/** Safe inside an element and a quoted attribute; characters that XML does not allow become �. */
export function escapeText(content: string): string {
  return [...content].map((character) => ENTITIES[character] ?? (isXml(character) ? character : '\ufffd')).join('');
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function isXml(character: string): boolean {
  const code = character.codePointAt(0) ?? 0;
  if (code < 0x20) return code === 9 || code === 10 || code === 13;
  return !(code >= 0xd800 && code <= 0xdfff) && code !== 0xfffe && code !== 0xffff;
}
