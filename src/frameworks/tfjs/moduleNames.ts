/** How a text brings TensorFlow.js in: the names of its packages, and `tf` where it is a global. */

const MODULE = /(?:^|\/|^npm:)@tensorflow\/tfjs(?:-[a-z-]+)?(?:@[^/]*)?(?:[/?#]|$)/;

/** Whether a module specifier names TensorFlow.js: a package of it, a file in one, or a CDN's address of one. */
export function isTfjsModule(specifier: string): boolean {
  return MODULE.test(specifier);
}

const PACKAGE = '@tensorflow/tfjs';

/**
 * Whether the text brings a module of TensorFlow.js in: a bundle that has it inside names it in messages, comments and
 * keys alone, and has nothing to look for.
 */
export function importsTfjs(text: string): boolean {
  for (let at = text.indexOf(PACKAGE); at >= 0; at = text.indexOf(PACKAGE, at + 1)) {
    const before = /(?:\bfrom|\bimport|[(,[=]|\*\/)\s*['"`]([^\s'"`]*)$/.exec(text.slice(Math.max(0, at - 300), at));
    const after = /^[^\s'"`]*/.exec(text.slice(at, at + 300))?.[0] ?? '';
    if (before && isTfjsModule((before[1] ?? '') + after)) return true;
  }
  return false;
}

/** `tf.layers`, `tf.sequential` …, `{ layers } = tf`: of a script tag's TensorFlow.js, or one that was handed over. */
const BY_NAME =
  /(?<![\w$.])tf\s*\??\.\s*(?:layers|sequential|model|input)\b|\blayers\b[^=;]{0,200}\}\s*=\s*tf\b|\.\s*tf\s*\??\.\s*layers\b/g;

/** A test of the bare text, cheap enough for every keystroke; true for every file that detection could accept. */
export function mentionsTfjs(text: string): boolean {
  return importsTfjs(text) || [...text.matchAll(BY_NAME)].some(({ index }) => !isInComment(text, index));
}

/** As the examples of a documentation are. */
function isInComment(text: string, index: number): boolean {
  return /^\s*(?:\/?\*|\/\/)/.test(text.slice(text.lastIndexOf('\n', index) + 1, index));
}
