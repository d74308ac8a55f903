/** What a recorded run is asked for once more with: what its manifest says of how it was recorded. Pure. */
import type { RunManifest } from '../../protocol/run.js';
import type { RecordingWish } from './recordingWish.js';

/** All that the manifest knows; the files and the folder are found by who asks. */
export function wishToRepeat(manifest: RunManifest): Omit<RecordingWish, 'script' | 'dataSet' | 'root'> {
  const { name, script, probes, plan, group, layers } = manifest;
  return {
    name: group?.name ?? name,
    arguments: script.arguments,
    probes: Math.max(probes.count, 2),
    seed: probes.seed,
    byteBudgetMiB: plan.byteBudget / 2 ** 20,
    // Said in any case: what the settings say now is for other recordings.
    trainSizes: group ? [group.size] : [],
    pinnedLayers: (plan.pinned ?? []).flatMap((index) => layers[index]?.name ?? []),
  };
}
