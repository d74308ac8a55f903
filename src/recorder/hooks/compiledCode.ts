/**
 * What Node compiled under a file's name, where a hook of the script's (`@babel/register`, ts-node, sucrase) gave
 * it something else than the file's text: positions in a stack are positions in that.
 */
import Module from 'node:module';

export interface CompiledCode {
  /** The text that ran; null where it is the file's own, or came by `import`, past this hook. */
  of(file: string): string | null;
}

type Compile = (this: unknown, content: string, file: string, ...rest: unknown[]) => unknown;

/** Notes every CommonJS module outside of packages from now on. Its text is kept by V8 anyway. */
export function watchCompiledCode(): CompiledCode {
  const prototype = (Module as unknown as { prototype: { _compile: Compile } }).prototype;
  const original = prototype._compile;
  const texts = new Map<string, string>();
  prototype._compile = function _compile(content, file, ...rest) {
    if (typeof content === 'string' && !/[\\/]node_modules[\\/]/.test(file)) texts.set(file, content);
    return original.call(this, content, file, ...rest);
  };
  return { of: (file) => texts.get(file) ?? null };
}
