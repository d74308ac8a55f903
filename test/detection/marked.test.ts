/**
 * Files whose lines say themselves which layers they construct: `//= Conv2D` or `#= Conv2d` at the line where a
 * construction begins. Precision and recall are over these marks together with the files of corpus.test.ts.
 */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { GrammarName, LayerDefinition, TextSpan } from '../../src/extension/detect/layerDefinition.js';
import { detect } from './detector.js';

const folder = fileURLToPath(new URL('../fixtures/marked/', import.meta.url));
const corpus = fileURLToPath(new URL('../fixtures/detection/', import.meta.url));
const GRAMMARS: Record<string, GrammarName> = { '.tsx': 'tsx', '.ts': 'typescript', '.mts': 'typescript', '.py': 'python' }; // prettier-ignore
const LEAST = 0.98;

/** "file:line class" for every mark. */
function marksOf(file: string, text: string): string[] {
  return text.split('\n').flatMap((line, index) => {
    const marked = /(?:\/\/|#)= (.*)$/.exec(line)?.[1] ?? '';
    return marked.split(' ').flatMap((name) => (name ? [`${file}:${index + 1} ${name}`] : []));
  });
}

function textIn(text: string, { start, end }: TextSpan): string {
  const lines = text.split('\n').slice(start.line, end.line + 1);
  lines[lines.length - 1] = lines[lines.length - 1]!.slice(0, end.character);
  return [lines[0]!.slice(start.character), ...lines.slice(1)].join('\n');
}

/** Whether a text is one call from its first name to the bracket that closes its arguments. */
function isWholeCall(text: string, isPython: boolean): boolean {
  const comment = isPython ? /#[^\n]*/g : /\/\/[^\n]*/g;
  const callee = /^[\w$.\s]+\(/.exec(text.replace(comment, ''))?.[0];
  if (callee === undefined) return false;
  const code = text.replace(/'[^'\n]*'|"[^"\n]*"/g, '').replace(comment, '');
  let depth = 0;
  for (const [at, letter] of [...code].entries()) {
    if (letter === '(') depth++;
    if (letter === ')' && --depth === 0) return at === code.length - 1;
  }
  return false;
}

interface Score {
  files: number;
  readonly missed: string[];
  readonly wrong: string[];
  found: number;
}

async function score(isOf: (file: string) => boolean): Promise<Score> {
  const files = readdirSync(folder).filter(isOf);
  const result: Score = { files: files.length, missed: [], wrong: [], found: 0 };
  for (const file of files) {
    const text = readFileSync(join(folder, file), 'utf8');
    const expected = marksOf(file, text);
    for (const layer of await detect(text, GRAMMARS[extname(file)] ?? 'javascript')) {
      const said = `${file}:${layer.line + 1} ${layer.className}`;
      const at = expected.indexOf(said);
      if (at < 0) result.wrong.push(said);
      else if (!isWholeCall(textIn(text, layer.span), file.endsWith('.py')))
        result.wrong.push(`${said}: ${textIn(text, layer.span)}`);
      else {
        expected.splice(at, 1);
        result.found++;
      }
    }
    result.missed.push(...expected);
  }
  return result;
}

describe('detection in marked files', () => {
  for (const [language, isOf] of [
    ['TypeScript and JavaScript', (file: string): boolean => !file.endsWith('.py')],
    ['Python', (file: string): boolean => file.endsWith('.py')],
  ] as const)
    it(`finds layers and spans of ${language} with precision and recall of at least ${LEAST}`, async function () {
      const { files, missed, wrong, found } = await score(isOf);
      const precision = found / (found + wrong.length);
      const recall = found / (found + missed.length);
      this.test!.title += `: ${precision.toFixed(3)} and ${recall.toFixed(3)} of ${found + missed.length} layers in ${files} files`;
      const told = `missed:\n${missed.join('\n')}\nwrong:\n${wrong.join('\n')}`;
      assert.ok(found > 60 && precision >= LEAST && recall >= LEAST, told);
    });

  it('has at least 40 files of each with the other corpus', () => {
    const all = [...readdirSync(folder), ...readdirSync(corpus).filter((file) => file !== 'expected.json')];
    const python = all.filter((file) => file.endsWith('.py')).length;
    assert.ok(python >= 40 && all.length - python >= 40, `${python} and ${all.length - python}`);
  });

  it('control: a file without a mark for a layer lowers precision', async () => {
    const text = "const tf = require('@tensorflow/tfjs');\ntf.layers.flatten();\n";
    const layers: readonly LayerDefinition[] = await detect(text);
    assert.deepEqual([marksOf('x', text).length, layers.length], [0, 1]);
  });
});
