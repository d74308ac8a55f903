/** The page of a report: script, style and answers in one file, nothing from elsewhere, nothing inline without its hash. */
import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { ANSWERS_ELEMENT, REPORT_HOST, type KeptAnswer } from '../../protocol/report.js';
import { encodeFrame } from '../../protocol/wire.js';

export interface ReportParts {
  readonly title: string;
  /** The bundle of the views, an ES module. */
  readonly script: string;
  readonly style: string;
  readonly answers: string;
}

/** Answers as they lie in the page. */
export function packAnswers(answers: readonly KeptAnswer[]): string {
  return gzipSync(encodeFrame({ type: 'value', value: answers }), { level: 9 }).toString('base64');
}

export function reportPage({ title, script, style, answers }: ReportParts): string {
  const code = inElement(script, 'script');
  const rules = inElement(style, 'style');
  const policy = [
    `default-src 'none'`,
    `script-src '${hashOf(code)}'`,
    `style-src '${hashOf(rules)}'`,
    'img-src data: blob:',
    'font-src data:',
    `base-uri 'none'`,
    `form-action 'none'`,
  ].join('; ');
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width">
<title>${escapeHtml(title)} – CNNSlicer report</title>
<link rel="icon" href="data:,">
<style>${rules}</style>
</head>
<body data-host="${REPORT_HOST}">
<div id="app"></div>
<script type="application/octet-stream" id="${ANSWERS_ELEMENT}">${answers}</script>
<script type="module">${code}</script>
</body>
</html>
`;
}

/** Without a link to a source map, and without what would end the element: in strings a backslash changes nothing. */
function inElement(text: string, element: 'script' | 'style'): string {
  const own = text.replace(/^\/\/# sourceMappingURL=.*$|\/\*# sourceMappingURL=.*?\*\//gm, '');
  return own.replace(new RegExp(`</(?=${element})`, 'gi'), '<\\/').replaceAll('<!--', '<\\!--');
}

const hashOf = (text: string): string => `sha256-${createHash('sha256').update(text, 'utf8').digest('base64')}`;

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (found) => `&#${found.charCodeAt(0)};`);
}
