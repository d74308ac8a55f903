/** Which samples a channel answers most strongly, and which channels of a layer say nothing at which epoch. */
import type {
  ChannelStates,
  StatesQuestion,
  StrongestQuestion,
  StrongestSamples,
} from '../../../protocol/channelDetails.js';
import { Failure } from '../../../protocol/failure.js';
import type { CallContext } from '../../../protocol/rpc.js';
import { keptSampleCount } from '../../../protocol/keptMaps.js';
import { VALUE_STATISTICS, type Layer, type ValueStatistic } from '../../../protocol/run.js';
import { deadChannels, saturatedChannels } from '../../measures/deadChannels.js';
import type { OpenedRun } from '../../run/openedRun.js';
import { computeTable, type Session } from '../dispatch/session.js';
import { reasonOf } from './reason.js';

/** Maps that one task reads. */
const SAMPLES_A_TASK = 256;

export async function strongestSamples(
  session: Session,
  run: OpenedRun,
  asked: StrongestQuestion,
  context: CallContext,
): Promise<StrongestSamples> {
  const { layer: index, channel, epoch, classIndex, most } = asked;
  const layer = layerOf(run, index);
  if (channel >= layer.channelCount) throw notThere(`${layer.name} has ${layer.channelCount} channels`);
  const kept = keptSampleCount(run.manifest, index);
  const labels = classIndex === null ? null : await run.reader.readLabels();
  const samples = Array.from({ length: kept }, (_, sample) => sample).filter(
    (sample) => labels === null || labels[sample] === classIndex,
  );
  const parts = Array.from({ length: Math.ceil(samples.length / SAMPLES_A_TASK) }, (_, part) =>
    samples.slice(part * SAMPLES_A_TASK, (part + 1) * SAMPLES_A_TASK),
  );
  const task = { run: run.reference, layer: index, epoch: index === 0 ? 0 : epoch, channels: [channel] };
  const maxima = await computeTable(
    session,
    parts,
    context,
    (part, options) => session.pool.run('mapMaxima', { ...task, samples: part }, options),
    () => 'reading maps',
  );
  const strongest = maxima
    .flatMap((part, i) => [...part].map((activation, at) => ({ sample: parts[i][at], activation })))
    .filter(({ activation }) => !Number.isNaN(activation))
    .sort((a, b) => b.activation - a.activation || a.sample - b.sample)
    .slice(0, most);
  return {
    samples: strongest.map(({ sample }) => sample),
    activations: strongest.map(({ activation }) => activation),
    n: samples.length,
  };
}

export async function channelStates(
  _session: Session,
  run: OpenedRun,
  { layer: index }: StatesQuestion,
): Promise<ChannelStates> {
  const layer = layerOf(run, index);
  const epochs: ChannelStates['epochs'][number][] = [];
  for (const { epoch, state } of run.epochStates) {
    if (state !== 'whole') continue;
    try {
      epochs.push({ epoch, ...(await statesAt(run, layer, epoch)) });
    } catch (error) {
      reasonOf(error); // throws what is not about the data; an epoch that cannot be read has no states
    }
  }
  return { layer: index, epochs };
}

function statesAt(run: OpenedRun, layer: Layer, epoch: number): Promise<{ dead: number[]; saturated: number[] }> {
  return run.remember(`states ${layer.index} ${epoch}`, async () => {
    const values = await run.reader.readValues(layer.index, epoch);
    const rows = run.manifest.classNames.length + 1;
    const ofAll = (statistic: ValueStatistic): Float64Array => {
      const from = (VALUE_STATISTICS.indexOf(statistic) * rows + rows - 1) * layer.channelCount;
      return values.subarray(from, from + layer.channelCount);
    };
    const dead = deadChannels(ofAll('minimum'), ofAll('maximum'));
    const isDead = new Set(dead);
    return { dead, saturated: saturatedChannels(ofAll('saturated_fraction')).filter((one) => !isDead.has(one)) };
  });
}

function layerOf({ manifest }: OpenedRun, index: number): Layer {
  const layer = manifest.layers.at(index);
  if (layer) return layer;
  throw notThere(`there is no layer ${index}: the run has 0 to ${manifest.layers.length - 1}`);
}

function notThere(wrong: string): Failure {
  return new Failure({
    kind: 'not-found',
    doing: 'reading the channels of a layer',
    wrong,
    tryThis: 'Choose a layer and a channel of the run.',
  });
}
