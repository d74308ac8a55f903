// The licence texts of every package of which something ships, from what esbuild says it bundled.
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Files of these are copied into dist/ or compiled into kernels, which no bundle tells of. */
const BESIDE_BUNDLES = ['@vscode/tree-sitter-wasm', 'assemblyscript'];
/** For packages that ship no text of their own: another's, which differs in nothing but the holder. */
const SHARED_TEXTS = { 'Apache-2.0': 'node_modules/typescript/LICENSE.txt', MIT: 'node_modules/preact/LICENSE' };
const PACKAGE = /^(?:.*\/)?node_modules\/((?:@[^/]+\/)?[^/]+)\//;

/** Folders of the packages that the bundles' metafiles name, sorted. */
export function bundledPackages(metafiles) {
  const inputs = metafiles.flatMap(({ inputs }) => Object.keys(inputs));
  const folders = inputs.flatMap((input) => PACKAGE.exec(input)?.[0].slice(0, -1) ?? []);
  return [...new Set([...folders, ...BESIDE_BUNDLES.map((name) => `node_modules/${name}`)])].sort();
}

/** The text of ThirdPartyNotices.txt; throws for a package of no known licence. */
export async function noticesText(folders) {
  const parts = await Promise.all(folders.map(noticeOf));
  const head = 'CNNSlicer contains parts of the packages below, each under the licence that stands with it.\n';
  return [head, ...new Set(parts)].join(`\n${'-'.repeat(80)}\n\n`);
}

async function noticeOf(folder) {
  const { name, version, license, author } = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'));
  const files = (await readdir(folder)).filter((file) => /^(licen[cs]e|copying|notice)/i.test(file)).sort();
  const texts = await Promise.all(files.map((file) => readFile(join(folder, file), 'utf8')));
  if (texts.length === 0) texts.push(...(await sharedTexts(license, author?.name ?? author ?? name)));
  if (texts.length === 0) throw new Error(`${name} ${version} (${license}) has no licence text to ship`);
  return `${name} ${version}\nLicence: ${license}\n\n${texts.map((text) => text.trim()).join('\n\n')}\n`;
}

/** Of "MIT", or of "Apache-2.0 AND MIT"; none where one of them is not known. */
async function sharedTexts(license, holder) {
  const paths = String(license)
    .split(' AND ')
    .map((one) => SHARED_TEXTS[one]);
  if (paths.includes(undefined)) return [];
  const texts = await Promise.all(paths.map((path) => readFile(path, 'utf8')));
  return texts.map((text) => text.replace(/^Copyright \(c\).*$/m, `Copyright (c) ${holder}`));
}
