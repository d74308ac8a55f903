/** A report is given away: it does not say where on which machine the run was recorded. */
import { basename, isAbsolute } from 'node:path';
import type { RunDescription } from '../../protocol/run.js';

/** The run's folder by its name, paths from the workspace on, absolute arguments by their last part, the system's name alone. */
export function withoutMachine(run: RunDescription): RunDescription {
  const { folder } = run.summary;
  const { workspace, script, platform } = run.manifest;
  const shorter = (text: string): string => {
    const named = text.replaceAll(folder, basename(folder));
    return workspace.length > 1 ? named.replaceAll(`${workspace}/`, '').replaceAll(workspace, '.') : named;
  };
  const { summary, manifest, epochStates } = mapTexts(run, shorter) as RunDescription;
  const given = script.arguments.map((one) => (isAbsolute(one) ? basename(one) : shorter(one)));
  return {
    summary,
    manifest: {
      ...manifest,
      script: { ...manifest.script, arguments: given },
      platform: { ...platform, os: platform.os.split(' ')[0]! },
    },
    epochStates,
  };
}

/** The same value with every text in it changed, at any depth. */
function mapTexts(value: unknown, change: (text: string) => string): unknown {
  if (typeof value === 'string') return change(value);
  if (Array.isArray(value)) return value.map((one) => mapTexts(one, change));
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, mapTexts(one, change)]));
}
