// Writes l10n/bundle.l10n.json: every text that the extension shows through VS Code's l10n, in English, for those
// who translate it into l10n/bundle.l10n.<language>.json.  npm run l10n
import { getL10nJson } from '@vscode/l10n-dev';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

export const bundlePath = 'l10n/bundle.l10n.json';

/** The bundle's text, made from the sources as they are. */
export async function englishBundle(folder = 'src/extension') {
  const names = await readdir(folder, { recursive: true });
  const sources = names.filter((name) => name.endsWith('.ts')).sort();
  const contents = await Promise.all(sources.map((name) => readFile(join(folder, name), 'utf8')));
  const bundle = await getL10nJson(contents.map((text) => ({ extension: '.ts', contents: asDirectCalls(text) })));
  const entries = Object.entries(bundle).sort(([a], [b]) => (a < b ? -1 : 1));
  return `${JSON.stringify(Object.fromEntries(entries), null, 2)}\n`;
}

/** Pure parts are given `l10n.t` as `t` (localize.ts), which the search for calls of the API does not know. */
function asDirectCalls(text) {
  if (!/\bLocalize\b/.test(text)) return text;
  return `import * as vscode from 'vscode';\n${text.replace(/(?<![\w$.])t\(/g, 'vscode.l10n.t(')}`;
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) await writeFile(bundlePath, await englishBundle());
