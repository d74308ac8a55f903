/** Puts a function in the place of a method; what it is and how it is defined stay otherwise as they are. */

export type AnyFunction = (this: unknown, ...args: unknown[]) => unknown;

/** `prototype` has the method itself or inherits it; then it gets one of its own. */
export function wrapMethod(prototype: object, name: string, wrapper: (original: AnyFunction) => AnyFunction): void {
  const own = Object.getOwnPropertyDescriptor(prototype, name);
  const value = wrapper((own?.value ?? Reflect.get(prototype, name)) as AnyFunction);
  Object.defineProperty(prototype, name, { writable: true, configurable: true, enumerable: true, ...own, value });
}
