/** What is used of amaro, which ships without types. */
declare module 'amaro' {
  export interface TransformOptions {
    readonly mode: 'strip-only' | 'transform';
    readonly sourceMap?: boolean;
    readonly filename?: string;
  }
  export function transformSync(
    source: string,
    options: TransformOptions,
  ): { readonly code: string; readonly map?: string };
}
