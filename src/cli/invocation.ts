/**
 * What every command is given: the console, the folders, and a signal that Ctrl-C fires. Passed in
 * rather than reached for, so that tests run commands without a process.
 */
import type { AnalysisEngine } from '../analysis/engine.js';
import type { CallContext } from '../protocol/rpc.js';
import type { Console } from './console.js';

export interface Invocation {
  readonly console: Console;
  readonly workingFolder: string;
  /** Folder of the built bundles: recorder.cjs, analysisWorker.cjs, kernels/, webview/. */
  readonly distFolder: string;
  readonly signal: AbortSignal;
  /** The engine is started when a command first needs it, and closed when the command ends. */
  engine(): AnalysisEngine;
}

/** A context whose progress goes to stderr. */
export function contextOf(invocation: Invocation, label: string): CallContext {
  return {
    signal: invocation.signal,
    progress: ({ fraction, text }) =>
      invocation.console.progress(`${label}: ${Math.round(fraction * 100)} %${text ? `, ${text}` : ''}`),
  };
}
