/** Deconvnets of one channel, sample after sample: what is asked is held against the run, threads compute. */
import type { DeconvnetQuestion, DeconvnetResult } from '../../../protocol/deconvnet.js';
import { Failure } from '../../../protocol/failure.js';
import type { CallContext } from '../../../protocol/rpc.js';
import { formatsOf } from '../../deconvnet/formats.js';
import { networkBelow } from '../../deconvnet/network.js';
import { channelsOf, spatialSizes } from '../../deconvnet/step.js';
import type { OpenedRun } from '../../run/openedRun.js';
import { computeTable, type Session } from '../dispatch/session.js';

export async function deconvnet(
  session: Session,
  run: OpenedRun,
  asked: DeconvnetQuestion,
  context: CallContext,
): Promise<DeconvnetResult> {
  check(run, asked);
  const { layer, channel, epoch, unit } = asked;
  const task = { run: run.reference, layer, channel, epoch, unit };
  const found = await computeTable(
    session,
    asked.samples,
    context,
    (sample, options) => session.pool.run('deconvnet', { ...task, sample }, options),
    (sample) => `sample ${sample}`,
  );
  const input = run.manifest.layers[0];
  const format = formatsOf(run.manifest.layers)[0];
  const size = found[0].picture.length;
  const values = new Float32Array(found.length * size);
  found.forEach(({ picture }, i) => values.set(picture, i * size));
  return {
    ...{ layer, channel, epoch },
    projections: found.map(({ projection }) => projection),
    inputShape: spatialSizes(input.outputShape, format),
    inputChannels: channelsOf(input.outputShape, format),
    values,
  };
}

function check(
  { manifest, epochStates }: OpenedRun,
  { layer: index, channel, epoch, samples }: DeconvnetQuestion,
): void {
  const layer = manifest.layers.at(index);
  if (!layer) throw notThere(`there is no layer ${index}: the run has 0 to ${manifest.layers.length - 1}`);
  if (channel >= layer.channelCount) {
    throw notThere(`${layer.name} has no channel ${channel}: it has ${layer.channelCount}`);
  }
  const sample = samples.find((one) => one >= manifest.probes.count);
  if (sample !== undefined) throw notThere(`there is no sample ${sample}: the run has ${manifest.probes.count} probes`);
  const state = epochStates.find((one) => one.epoch === epoch);
  if (!state) throw notThere(`epoch ${epoch} is not recorded`);
  if (state.state === 'damaged') throw notThere(state.reason, 'damaged');
  networkBelow(manifest, index);
}

function notThere(wrong: string, kind: 'not-found' | 'damaged' = 'not-found'): Failure {
  return new Failure({
    kind,
    doing: 'projecting a feature map to the input',
    wrong,
    tryThis: 'Choose a layer, channel, sample and epoch of the run.',
  });
}
