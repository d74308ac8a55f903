/**
 * The table of layers at an epoch: what the tree, the lens and the demo show. All from recorded
 * statistics but the inter-sample entropy, which needs the kept maps.
 */
import { Z95 } from '../../../protocol/accuracy.js';
import { Failure } from '../../../protocol/failure.js';
import type { ChannelState, LayerReport } from '../../../protocol/measure.js';
import type { CallContext } from '../../../protocol/rpc.js';
import { VALUE_STATISTICS, type EpochState } from '../../../protocol/run.js';
import { HISTOGRAM_BINS } from '../../../store/format/runAccess.js';
import { deadChannels, deadSince } from '../../measures/deadChannels.js';
import { resolveSelection } from '../../run/resolveSelection.js';
import { WHOLE_CUBE } from '../../../protocol/query.js';
import type { OpenedRun } from '../../run/openedRun.js';
import { computeTable, type Session } from '../dispatch/session.js';
import { interOfCells } from './interCells.js';
import { checkInterOptions } from './interValues.js';
import { intraProvenance } from './intra.js';
import { reasonOf } from './reason.js';
import { meanOver, recordedMoments, type Moments } from './recordedEntropy.js';

/** Rows in the order of the layers; `epoch` null is the last whole one. */
export async function layerReports(
  session: Session,
  run: OpenedRun,
  epoch: number | null,
  context: CallContext,
): Promise<LayerReport[]> {
  const state = reportedEpoch(run.epochStates, epoch);
  const facts = { manifest: run.manifest, epochStates: run.epochStates, ...NO_FACTS };
  const selection = resolveSelection(
    { ...WHOLE_CUBE, epochs: { kind: 'ranges', ranges: [[state.epoch, state.epoch]] } },
    facts,
  );
  const inter = interOfCells(session, run, checkInterOptions({}));
  return computeTable(
    session,
    selection.layers,
    context,
    async (layer, options) => {
      const [value, intraByEpoch, read, channels] = await Promise.all([
        inter({ layer, epoch: selection.epochs[0] }, options),
        intraEpochs(run, layer.layer),
        ifReadable(run, state.epoch, () => momentsAt(run, layer.layer, state.epoch), 'moments', layer.layer),
        channelState(run, layer.layer, state.epoch),
      ]);
      const moments = read ?? [];
      return {
        layer: layer.layer,
        epoch: state.epoch,
        inter: value,
        intraByEpoch,
        intraBits: meanOver(moments.map(({ mean }) => mean)),
        intraHalfWidthBits: halfWidth(moments),
        intraProvenance: {
          ...intraProvenance([], HISTOGRAM_BINS, 'channel'),
          n: Math.max(0, ...moments.map(({ n }) => n)),
        },
        channels,
      };
    },
    ({ layer }) => run.manifest.layers[layer].name,
  );
}

const NO_FACTS = { labels: new Int32Array(0), splits: new Uint8Array(0), predictions: new Map<number, Int32Array>() };

/**
 * Half width of the 95 % interval of the mean over channels, over the probes. Recorded are each
 * channel's variance over the probes, not the channels' covariances; the standard deviation of a mean
 * is at most the mean of the standard deviations, and that bound is taken: 1.96 · mean_c √(s²_c / n_c).
 * So the interval is never too narrow.
 */
export function halfWidth(moments: readonly Moments[]): number | null {
  const errors = moments.map(({ variance, n }) => (variance === null || n < 2 ? null : Math.sqrt(variance / (n - 1))));
  const mean = meanOver(errors);
  return mean === null ? null : Z95 * mean;
}

function reportedEpoch(states: readonly EpochState[], epoch: number | null): EpochState {
  const found =
    epoch === null ? states.findLast(({ state }) => state === 'whole') : states.find((one) => one.epoch === epoch);
  if (found) return found;
  throw new Failure({
    kind: 'not-found',
    doing: 'listing the layers',
    wrong: epoch === null ? 'the run has no complete epoch yet' : `epoch ${epoch} was not recorded`,
    tryThis: epoch === null ? 'Wait for the first epoch, or record again.' : 'Choose an epoch that `info` lists.',
  });
}

/** Mean over channels and probes by epoch, over each channel's range. */
export async function intraEpochs(run: OpenedRun, layer: number): Promise<LayerReport['intraByEpoch']> {
  const points: { epoch: number; bits: number | null }[] = [];
  for (const { epoch } of run.epochStates) {
    const bits = await ifReadable(
      run,
      epoch,
      async () => meanOver((await momentsAt(run, layer, epoch)).map(({ mean }) => mean)),
      'intra',
      layer,
    );
    points.push({ epoch, bits });
  }
  return points;
}

/** Of every map over all probes. */
export async function momentsAt(run: OpenedRun, layer: number, epoch: number): Promise<Moments[]> {
  const recorded = await run.reader.readEntropy(layer, epoch);
  return Array.from({ length: recorded.mapCount }, (_, map) => recordedMoments(recorded, 'channel', null, map));
}

/** A fact of a whole epoch, read once; null where the epoch is damaged. */
async function ifReadable<T>(
  run: OpenedRun,
  epoch: number,
  read: () => Promise<T>,
  what: string,
  layer: number,
): Promise<T | null> {
  if (!run.epochStates.some((one) => one.epoch === epoch && one.state === 'whole')) return null;
  try {
    return await run.remember(`${what} ${layer} ${epoch}`, read);
  } catch (error) {
    reasonOf(error); // throws what is not about the data
    return null;
  }
}

/** Dead channels, and since which epoch each has been dead at every epoch that can be read. */
export async function channelState(run: OpenedRun, layer: number, epoch: number): Promise<ChannelState> {
  const dead = (await deadAt(run, layer, epoch)) ?? [];
  if (dead.length === 0) return { layer, epoch, dead, deadSince: [] };
  const history: { epoch: number; dead: number[] }[] = [];
  for (const earlier of run.epochStates.filter((state) => state.epoch <= epoch)) {
    const then = await deadAt(run, layer, earlier.epoch);
    if (then) history.push({ epoch: earlier.epoch, dead: then });
  }
  return { layer, epoch, dead, deadSince: deadSince(history).map(({ since }) => since) };
}

/** Null where the epoch cannot be read. */
export function deadAt(run: OpenedRun, layer: number, epoch: number): Promise<number[] | null> {
  const read = async (): Promise<number[]> => {
    const values = await run.reader.readValues(layer, epoch);
    const { channelCount } = run.manifest.layers[layer];
    const classRows = run.manifest.classNames.length + 1;
    const all = (statistic: 'minimum' | 'maximum'): Float64Array => {
      const from = (VALUE_STATISTICS.indexOf(statistic) * classRows + classRows - 1) * channelCount;
      return values.subarray(from, from + channelCount);
    };
    return deadChannels(all('minimum'), all('maximum'));
  };
  return ifReadable(run, epoch, read, 'dead', layer);
}
