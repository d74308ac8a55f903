/** Reads the settings that the parent passed, and hides them from the user's script. */
import { join } from 'node:path';
import * as v from 'valibot';
import { Failure } from '../../protocol/failure.js';
import {
  DEFAULT_BATCHES_PER_EPOCH,
  DEFAULT_BYTE_BUDGET,
  DEFAULT_PROBES,
  DEFAULT_TIME_SHARE,
  RECORDER_SETTINGS_VARIABLE,
  RecorderSettings,
} from '../../protocol/recorderSettings.js';

/** Started by hand, without a parent: everything has a default under the working folder. */
function defaults(workingFolder: string): RecorderSettings {
  return {
    runsFolder: join(workingFolder, '.cnnslicer', 'runs'),
    workspace: workingFolder,
    name: null,
    probes: DEFAULT_PROBES,
    seed: 0,
    byteBudget: DEFAULT_BYTE_BUDGET,
    pinnedLayers: [],
    group: null,
    batchesPerEpoch: DEFAULT_BATCHES_PER_EPOCH,
    timeShare: DEFAULT_TIME_SHARE,
    preferredEngine: null,
    nativeFolder: null,
    eventsDescriptor: null,
    controlDescriptor: null,
    parentProcessId: null,
    model: null,
  };
}

/**
 * The settings in `environment`, which loses the variable. Throws a `bad-input` Failure that names the
 * field which does not fit.
 */
export function takeSettings(environment: NodeJS.ProcessEnv, workingFolder: string): RecorderSettings {
  const text = environment[RECORDER_SETTINGS_VARIABLE];
  delete environment[RECORDER_SETTINGS_VARIABLE];
  if (text === undefined) return defaults(workingFolder);
  const parsed = v.safeParse(RecorderSettings, parseJson(text));
  if (parsed.success) return parsed.output;
  const issue = parsed.issues[0];
  throw invalid(`${v.getDotPath(issue) ?? 'the whole'}: ${issue.message}`);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw invalid('it is not JSON');
  }
}

function invalid(wrong: string): Failure {
  return new Failure({
    kind: 'bad-input',
    doing: `reading the recorder's settings from ${RECORDER_SETTINGS_VARIABLE}`,
    wrong,
    tryThis: 'Start the recording from the editor or with "cnnslicer record"',
  });
}
