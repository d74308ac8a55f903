/** One layer by class: a circle a class that holds its channels, at one epoch that a slider moves. */
import type { VNode } from 'preact';
import { useMemo, useRef } from 'preact/hooks';
import type { IntraResult } from '../../../src/protocol/measure.js';
import { ChartFrame } from '../../chart/ChartFrame.js';
import { EpochSlider } from '../../controls/EpochSlider.js';
import { anchorsOf, fillOf } from '../../marks/circlePacking.js';
import type { Anchors } from '../../marks/circlePackingRelax.js';
import { layerLabel } from '../../text/layerLabel.js';
import { countWords, shortWords } from '../../text/words.js';
import { latest, type Loadable } from '../../state/loadable.js';
import { useAsked } from '../../state/useAsked.js';
import { useAskedOnce } from '../../state/useAskedOnce.js';
import { csvOf } from '../query/results/csv.js';
import { epochDomain, fileName } from '../query/results/chartParts.js';
import { firstEpochOf, groupsAt, meanBitsOf, mostBitsOf, type BitsByGroup } from './channelPanels.js';
import { anchorEpochs, askEntropies, channelQuery } from './channelQuestions.js';
import type { ChannelsProps } from './ChannelsView.js';
import { CirclePacking } from './CirclePacking.js';

/** What stays the same over epochs: places, fill, and the largest circle that there is. */
interface Frame {
  readonly anchors: Anchors;
  readonly fill: number;
  readonly mostBits: number;
}

/** Beyond so many channels the fill is tried on the circles of all inputs alone. */
const MOST_TRIED = 64;

export function ChannelCircles(props: ChannelsProps): VNode {
  const { viewer, facts, choice, classes, onChoice } = props;
  const layer = facts.layers[choice.layer];
  const epochs = useMemo(() => [...facts.whole].sort((a, b) => a - b), [facts]);
  const domain = useMemo(() => epochDomain(facts), [facts]);
  const epoch = nearest(epochs, viewer.cursorEpoch.value);
  const load = (key: string, call: Parameters<typeof askEntropies>[2]): Promise<IntraResult> =>
    askEntropies(viewer.host, key, call);
  const places = useAsked(channelQuery(layer, facts.layers, null, anchorEpochs(facts, layer)), 'placing circles', load);
  const asked = channelQuery(layer, facts.layers, null, [epoch]);
  const now = useAskedOnce(asked, facts, 'computing map entropies by class', load);
  const placed = latest(places.value);
  const result = latest(now.value);
  const firstEpoch = firstEpochOf(choice.fromFirst, facts.lastWhole);
  const frame = useMemo(() => (placed ? frameOf(placed, firstEpoch) : null), [placed, firstEpoch]);
  const shownEpoch = result?.values[0]?.epoch ?? epoch;
  const groups = useGroups(result, shownEpoch, classes);
  const answer: Loadable<IntraResult> = now.value.state === 'done' && !placed ? places.value : now.value;
  const forFile = useRef<(() => () => void) | null>(null);
  return (
    <div class="channel-circles">
      <ChartFrame<IntraResult>
        title="Classes and their channels"
        answer={answer}
        invitation=""
        finding={() =>
          `${shortWords(layerLabel(layer), 30)}, epoch ${shownEpoch}. ${sumWords(groups, facts.classNames)}`
        }
        caption={() => frame && captionOf(frame, groups, layer.channelCount)}
        captionBelow
        complete={() => forFile.current?.() ?? (() => undefined)}
        csv={(value) => csvOf(value, facts.layers)}
        fileName={fileName(facts, `channels-${layer.name}-epoch-${shownEpoch}`)}
        onSave={(file) => void viewer.save(file)}
        onRetry={() => (now.retry(), places.retry())}
        draw={(value) => (
          <div class="circles-body">
            {frame && groups.length > 0 ? (
              <CirclePacking
                {...frame}
                mostBits={Math.max(frame.mostBits, mostBitsOf(groups))}
                groups={groups}
                channels={value.values[0].channels}
                classNames={facts.classNames}
                pinned={viewer.classes.value ?? NONE_PINNED}
                chosen={choice.channel}
                epoch={shownEpoch}
                forFile={forFile}
                onChannel={(channel) => onChoice({ channel })}
              />
            ) : (
              <p class="waiting">{value.values[0]?.reason ?? 'This epoch has no values.'}</p>
            )}
            {/* Last, because a picture is saved from the first drawing of a chart; the style puts it on top. */}
            <EpochSlider epoch={epoch} epochs={epochs} domain={domain} onEpoch={(at) => (viewer.epoch.value = at)} />
          </div>
        )}
      />
    </div>
  );
}

/** The same array whenever a slider comes back to an answer, so that its circles are kept. */
function useGroups(result: IntraResult | null, epoch: number, classes: readonly number[]): readonly BitsByGroup[] {
  const known = useMemo(() => new WeakMap<IntraResult, readonly BitsByGroup[]>(), [classes]);
  if (!result) return NO_GROUPS;
  const groups = known.get(result) ?? groupsAt(result, epoch, classes);
  known.set(result, groups);
  return groups;
}

const NONE_PINNED: readonly number[] = [];
const NO_GROUPS: readonly BitsByGroup[] = [];

function frameOf(result: IntraResult, firstEpoch: number): Frame {
  const anchors = anchorsOf(meanBitsOf(result));
  const rows = result.values.filter(({ bits, epoch }) => bits.length > 0 && epoch >= firstEpoch);
  const many = (rows[0]?.bits.length ?? 0) > MOST_TRIED;
  const tried = many ? rows.filter(({ classIndex }) => classIndex === null) : rows;
  const fill = fillOf(
    tried.map(({ bits }) => bits.map((value) => value ?? 0)),
    anchors,
  );
  return { anchors, fill, mostBits: mostBitsOf(rows) };
}

function nearest(epochs: readonly number[], epoch: number): number {
  return epochs.reduce((best, one) => (Math.abs(one - epoch) < Math.abs(best - epoch) ? one : best), epochs[0] ?? 0);
}

/** "23.6 bits in 0, 19.9 in 1": the largest and the smallest class. */
function sumWords(groups: readonly BitsByGroup[], classNames: readonly string[]): string {
  const sums = groups
    .filter(({ id }) => id !== null)
    .map((group) => ({ name: classNames[group.id ?? 0], bits: mostBitsOf([group]) }))
    .sort((a, b) => b.bits - a.bits);
  const all = groups.find(({ id }) => id === null);
  if (sums.length < 2) return all ? `${mostBitsOf([all]).toFixed(1)} bits over its channels` : '';
  const [most, least] = [sums[0], sums[sums.length - 1]];
  return `Highest for ${most.name} (${most.bits.toFixed(1)} bits), lowest for ${least.name} (${least.bits.toFixed(1)})`;
}

function captionOf({ fill }: Frame, groups: readonly BitsByGroup[], channelCount: number): string {
  const silent = groups[0]?.bits.filter((value) => value === 0).length ?? 0;
  const none =
    silent > 0
      ? ` ${countWords(silent)} of ${countWords(channelCount)} ${silent === 1 ? 'has' : 'have'} area 0 here.`
      : '';
  return `The area of a circle is map entropy: of a channel, or of a class, the sum over its channels. The channels’ circles fill ${Math.round(100 * fill)} % of their class’s. All classes, and all epochs on the axis, share one scale. Each channel keeps its colour and position.${none}`;
}
