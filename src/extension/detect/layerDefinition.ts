/** What the detector says about a layer that a source file constructs. Positions are the editor's: zero-based. */
import type { LayerKind } from '../../protocol/run.js';

export interface TextPosition {
  /** Zero-based. */
  readonly line: number;
  /** Zero-based, in UTF-16 code units. */
  readonly character: number;
}

export interface TextSpan {
  readonly start: TextPosition;
  /** Exclusive. */
  readonly end: TextPosition;
}

export type LiteralValue = string | number | boolean | null | readonly LiteralValue[];

/** An argument whose value can be read from the text alone. */
export interface LayerArgument {
  readonly value: LiteralValue;
  /** The `key: value` pair. */
  readonly span: TextSpan;
}

/** Whose layer it is. */
export type LayerFramework = 'tfjs' | 'keras' | 'pytorch';

export interface LayerDefinition {
  readonly framework: LayerFramework;
  /** The framework's class name: "Conv2D" of TensorFlow.js and Keras, "Conv2d" of PyTorch. */
  readonly className: string;
  readonly kind: LayerKind;
  /** What constructs it, as the framework names it: the function "conv2d", in Python the class. */
  readonly factory: string;
  /** The `name` argument where it is a literal; in PyTorch the field that it is assigned to. */
  readonly name: string | null;
  /** Arguments with literal values, by name. */
  readonly arguments: Readonly<Record<string, LayerArgument>>;
  /** Arguments that are there without a literal value. */
  readonly computedArguments: readonly string[];
  /** Whether arguments may be there that the text does not name (a spread, a variable). */
  readonly open: boolean;
  /** The whole construction expression: `tf.layers.conv2d({…})`. */
  readonly span: TextSpan;
  /** The last identifier before the arguments (`conv2d`), where stack traces point. */
  readonly callee: TextSpan;
  /** The line that the lens stands above. */
  readonly line: number;
  /** Inside a loop or a callback of `map`, `forEach` …: one definition may make many layers. */
  readonly inLoop: boolean;
  /** Name of the function around it ("" when it has none); null at the top level. */
  readonly enclosingFunction: string | null;
  /** Names of the functions, classes, variables and keys that it is in, innermost first; "" at the top level. */
  readonly around: string;
  /**
   * The text of the statement, array element or declaration around it. Two definitions of equal
   * statement can trade places without changing the program.
   */
  readonly statement: string;
  /**
   * Whether it is a layer is known only from a run: a function that `forward` calls, or a class of the file, which may
   * hold other layers.
   */
  readonly isTentative?: true;
  /**
   * What a function's first argument comes from, nearest first, as far as the text says it: "relu" and "conv1" of
   * `F.max_pool2d(F.relu(self.conv1(x)), 2)`.
   */
  readonly fedBy?: readonly string[];
}

/** Grammar names, as the files in dist/tree-sitter are called. */
export type GrammarName = 'javascript' | 'typescript' | 'tsx' | 'python';

const GRAMMARS: Readonly<Record<string, GrammarName>> = {
  javascript: 'javascript',
  javascriptreact: 'javascript',
  typescript: 'typescript',
  typescriptreact: 'tsx',
  python: 'python',
};

/** The grammar for an editor language id; undefined where no lens is shown. */
export function grammarFor(languageId: string): GrammarName | undefined {
  return Object.hasOwn(GRAMMARS, languageId) ? GRAMMARS[languageId] : undefined;
}
