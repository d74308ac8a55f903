/** From a task of tasks.json to the arguments of `cnnslicer record`. */

export interface RecordingTaskDefinition {
  readonly type: 'cnnslicer';
  /** Relative to the workspace folder. */
  readonly script: string;
  readonly arguments?: readonly string[];
  readonly name?: string;
  readonly probes?: number;
  readonly seed?: number;
}

/** What the settings say where the task says nothing. */
export interface RecordingDefaults {
  readonly probes: number;
  readonly byteBudgetMiB: number;
  readonly arguments: readonly string[];
}

export function recordArguments(task: RecordingTaskDefinition, defaults: RecordingDefaults): string[] {
  const options = [
    ...option('--name', task.name),
    ...option('--probes', task.probes ?? defaults.probes),
    ...option('--seed', task.seed),
    ...option('--budget', defaults.byteBudgetMiB),
  ];
  const given = task.arguments ?? defaults.arguments;
  // Behind `--` nothing is an option, whatever a script or its arguments are called.
  return ['record', ...options, '--', task.script, ...given];
}

function option(name: string, value: string | number | undefined): string[] {
  return value === undefined ? [] : [name, String(value)];
}
