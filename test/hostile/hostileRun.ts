/**
 * A run folder as somebody would make it who means harm: every text that a file of it may hold is hostile, and every
 * checksum and seal is right. Made from an honest run by rewriting its files.
 */
import { cpSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { largeManifest } from '../../bench/generate/largeManifest.js';
import { noiseEpoch, noiseProbes } from '../../bench/generate/noiseEpoch.js';
import { RunManifest } from '../../src/protocol/run.js';
import { checksumText, crc32c } from '../../src/store/format/checksum.js';
import { createRun } from '../../src/store/writing/createRun.js';
import { BaseRecord, CommitRecord, EndRecord, OwnerRecord } from '../../src/store/format/records.js';
import { seal } from '../../src/store/format/sealedRecord.js';
import { HOSTILE_STRINGS } from './hostileStrings.js';
import { replaceStrings, type Replace, type StringField } from './stringFields.js';

const SIZES = { layers: 4, channels: 6, side: 8, probes: 40, epochs: 2, classes: 6 };

/** Texts that are free in the schema and have to agree with something else: a path is a place. */
const BOUND = /^(layers\.\d+\.path|layers\.\d+\.weights\.\d+\.path)$/;

const isBound = ({ path, isFree }: StringField): boolean => !isFree || BOUND.test(path);

/** An honest run, with every optional part of a manifest in it. */
export async function honestRun(): Promise<string> {
  const workspace = mkdtempSync(join(tmpdir(), 'cnnslicer-hostile-'));
  const manifest = fullManifest(workspace);
  const writer = await createRun(join(workspace, '.cnnslicer', 'runs'), manifest, noiseProbes(manifest));
  for (let epoch = 0; epoch <= SIZES.epochs; epoch++) await writer.writeEpoch(noiseEpoch(manifest, epoch));
  await writer.end({ state: 'broken', reason: 'killed' });
  return writer.folder;
}

function fullManifest(workspace: string): RunManifest {
  const plain = largeManifest(workspace, 0, SIZES);
  return {
    ...plain,
    script: { file: 'large.js', arguments: ['--epochs'] },
    git: { commit: 'abc', branch: 'main', dirty: true },
    engine: { ...plain.engine, notice: 'the first choice was not there' },
    packages: { '@tensorflow/tfjs': '4.22.0' },
    model: { ...plain.model, metrics: ['acc'] },
    group: { id: 'group', name: 'sizes', size: 40, sizes: [20, 40] },
    plan: { ...plain.plan, leftOut: ['maps of epoch 1'], paused: [] },
    layers: plain.layers.map((layer) => ({
      ...layer,
      activation: 'relu',
      config: { ...layer.config, note: 'x', notes: ['x'] },
    })),
  };
}

/** Which of the hostile strings a field gets in the `round`th run: over as many rounds as strings, each of them. */
function hostileAt(round: number): Replace {
  let field = 0;
  return (at) => (isBound(at) ? null : HOSTILE_STRINGS[(round + field++) % HOSTILE_STRINGS.length]!.slice(0, 4096));
}

export interface HostileRun {
  readonly folder: string;
  readonly manifest: RunManifest;
}

/** A copy of the honest run beside it, hostile in every free text of its files. */
export function hostileRun(honest: string, round: number): HostileRun {
  const folder = `${honest}-hostile-${round}`;
  cpSync(honest, folder, { recursive: true });
  const replace = hostileAt(round);
  const root = JSON.parse(readFileSync(join(folder, 'zarr.json'), 'utf8')) as { attributes: Record<string, unknown> };
  const manifest = distinctNames(replaceStrings(RunManifest, root.attributes['cnnslicer'], replace) as RunManifest);
  root.attributes['cnnslicer'] = manifest;
  const bytes = Buffer.from(JSON.stringify(root));
  writeFileSync(join(folder, 'zarr.json'), bytes);
  const entry = { length: bytes.length, crc32c: checksumText(crc32c(bytes)) };
  rewrite(join(folder, 'commits', 'base-0000.json'), BaseRecord, replace, (base) => {
    (base['keys'] as Record<string, unknown>)['zarr.json'] = entry;
  });
  // The hostile keys that these list are not there: an epoch is damaged, and its reason names one.
  rewrite(join(folder, 'commits', '000001.json'), CommitRecord, replace);
  rewrite(join(folder, 'owner.json'), OwnerRecord, replace);
  rewrite(join(folder, 'end.json'), EndRecord, replace);
  const hostile = (): string => replace({ path: 'annotations', isFree: true }) ?? '';
  writeFileSync(
    join(folder, 'annotations.json'),
    JSON.stringify({
      name: hostile().slice(0, 200),
      pinned: true,
      tags: [hostile(), hostile()].map((tag) => tag.slice(0, 50)),
    }),
  );
  mkdirSync(join(folder, 'cache'), { recursive: true });
  return { folder, manifest };
}

/** Two layers of one name are a case of their own: here every name is another. */
function distinctNames(manifest: RunManifest): RunManifest {
  return {
    ...manifest,
    layers: manifest.layers.map((layer) => ({ ...layer, name: `${layer.index} ${layer.name}`.slice(0, 4096) })),
  };
}

function rewrite(
  file: string,
  schema: Parameters<typeof replaceStrings>[0],
  replace: Replace,
  change?: (record: Record<string, unknown>) => void,
): void {
  const record = JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>;
  delete record['crc32c'];
  const replaced = replaceStrings(schema, record, replace) as Record<string, unknown>;
  change?.(replaced);
  writeFileSync(file, seal(replaced));
}
