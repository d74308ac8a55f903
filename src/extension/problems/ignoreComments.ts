/** `// cnnslicer-ignore`, in Python `# cnnslicer-ignore`, silences the problems of a line; codes after it (`dead, redundant`) only those. */
import type { TextSpan } from '../detect/layerDefinition.js';

const COMMENT = /(?:\/\/|\/\*|#)\s*cnnslicer-ignore\b([ \t,a-z-]*)/g;
const ONLY_COMMENT = /^\s*(?:\/\/|\/\*|#)/;

/**
 * Whether a problem of this code is ignored: by a comment on any of the span's lines, or alone on the line
 * before it. `lineAt` gives a line's text by its zero-based number, undefined outside of the file.
 */
export function isIgnored(code: string, span: TextSpan, lineAt: (line: number) => string | undefined): boolean {
  const above = lineAt(span.start.line - 1);
  if (above !== undefined && ONLY_COMMENT.test(above) && silences(above, code)) return true;
  for (let line = span.start.line; line <= span.end.line; line++) {
    if (silences(lineAt(line) ?? '', code)) return true;
  }
  return false;
}

function silences(line: string, code: string): boolean {
  // A line that was ignored for two problems has two comments.
  return [...line.matchAll(COMMENT)].some(([, words = '']) => {
    const codes = words.split(/[\s,]+/).filter((word) => /[a-z]/.test(word));
    return codes.length === 0 || codes.includes(code);
  });
}

/** What "Ignore for this line" puts at the line's end. */
export function ignoreComment(code: string, line: string, languageId: string): string {
  const [before, sign] = languageId === 'python' ? ['  ', '#'] : [' ', '//'];
  return `${/\s$/.test(line) ? '' : before}${sign} cnnslicer-ignore ${code}`;
}
