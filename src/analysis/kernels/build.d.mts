/** Compiles all kernels into `out`, a folder relative to the working folder: "dist/kernels". */
export function compileKernels(out: string): Promise<void>;
