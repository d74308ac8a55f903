/** One channel over epochs: one line per class, named at its end, where it is pinned in all views. */
import type { VNode } from 'preact';
import { useMemo } from 'preact/hooks';
import type { IntraResult } from '../../../src/protocol/measure.js';
import { ChartFrame } from '../../chart/ChartFrame.js';
import { LineChart, type LineChartProps } from '../../chart/LineChart.js';
import { layerLabel } from '../../text/layerLabel.js';
import { shortWords } from '../../text/words.js';
import { latest } from '../../state/loadable.js';
import { useAsked } from '../../state/useAsked.js';
import { csvOf, provenanceWords } from '../query/results/csv.js';
import { epochDomain, fileName } from '../query/results/chartParts.js';
import { togglePinned, withPinned } from '../../selection/pinnedClasses.js';
import { channelFinding, channelSeries, firstEpochOf, groupsAt } from './channelPanels.js';
import { askEntropies, channelQuery } from './channelQuestions.js';
import { stateRuns, stateWords } from './channelStates.js';
import type { ChannelsProps } from './ChannelsView.js';

export function OneChannel({ viewer, facts, choice, classes, statesOf }: ChannelsProps): VNode {
  const layer = facts.layers[choice.layer];
  const { channel } = choice;
  const query = channelQuery(layer, facts.layers, [channel, channel], null);
  const asked = useAsked(
    JSON.stringify([query, facts.lastWhole]),
    'computing the map entropy of the channel',
    (key, call) => askEntropies(viewer.host, (JSON.parse(key) as [string])[0], call),
  );
  const result = latest(asked.value);
  const firstEpoch = firstEpochOf(choice.fromFirst, facts.lastWhole);
  const shown = result?.values[0]?.channels[0] ?? channel;
  const pinned = viewer.classes.value;
  const series = useMemo(() => {
    const lines = result ? channelSeries(result, shown, classes, facts.classNames, firstEpoch) : [];
    return withPinned(lines, pinned, classOfLine);
  }, [result, shown, classes, facts, firstEpoch, pinned]);
  const epochs = useMemo(() => [firstEpoch, epochDomain(facts)[1]] as const, [firstEpoch, facts]);
  const epoch = Math.max(firstEpoch, viewer.restedEpoch.value);
  const longest = Math.max(...classes.map((index) => facts.classNames[index].length), 3);
  const labelWidth = Math.min(200, 78 + 7 * longest);
  const finding = (value: IntraResult): string => {
    const words = channelFinding(groupsAt(value, epoch, classes), 0, facts.classNames);
    const states = statesOf(layer.index);
    const runs = states && stateRuns(states, channel);
    // A channel that was never anything else goes without saying.
    const state = runs && runs.some((run) => run.state !== 'alive') ? stateWords(runs, epoch) : null;
    return [state, words && (state ? words : `epoch ${epoch}: ${words}`)].filter(Boolean).join('. ');
  };
  return (
    <ChartFrame<IntraResult>
      title={`${shortWords(layerLabel(layer), 30)} channel ${channel}`}
      answer={asked.value}
      invitation=""
      finding={finding}
      caption={(value) => provenanceWords(value.provenance)}
      captionBelow
      csv={(value) => csvOf(value, facts.layers)}
      fileName={fileName(facts, `${layer.name}-channel-${channel}`)}
      onSave={(file) => void viewer.save(file)}
      onRetry={asked.retry}
      draw={() => (
        <Lines
          {...{ viewer, series, epochs, labelWidth }}
          description={`Map entropy of channel ${channel} of ${layerLabel(layer)} by class over epochs`}
        />
      )}
    />
  );
}

/** Null for the line of all inputs. */
function classOfLine(id: string): number | null {
  return id === 'all' ? null : Number(id);
}

type LinesProps = Pick<ChannelsProps, 'viewer'> &
  Pick<LineChartProps, 'series' | 'epochs' | 'labelWidth' | 'description'>;

/** By themselves: the words around them wait until a slider rests. */
function Lines({ viewer, ...drawn }: LinesProps): VNode {
  const pin = (id: string): void => {
    const index = classOfLine(id);
    if (index !== null) viewer.classes.value = togglePinned(viewer.classes.peek() ?? [], index);
  };
  return (
    <LineChart
      {...drawn}
      format="bits"
      cursorEpoch={Math.max(drawn.epochs[0], viewer.cursorEpoch.value)}
      zeroBased
      yTitle="bits"
      minHeight={218}
      onCursor={(at) => (viewer.epoch.value = at)}
      onLabel={pin}
    />
  );
}
