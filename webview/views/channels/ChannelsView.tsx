/** The channel view: all boxes of two layers, then one layer by class, then one channel. */
import type { VNode } from 'preact';
import { useMemo, useState } from 'preact/hooks';
import type { ChannelStates } from '../../../src/protocol/channelDetails.js';
import type { ChannelChoice } from '../../../src/protocol/viewState.js';
import { useStable } from '../../hooks/useStable.js';
import type { ViewProps } from '../views.js';
import { latest } from '../../state/loadable.js';
import { useAsked } from '../../state/useAsked.js';
import { soundChoice } from './channelQuestions.js';
import { classPage } from './channelPanels.js';
import { ChannelBoxes } from './ChannelBoxes.js';
import { ChannelCircles } from './ChannelCircles.js';
import { ChannelMaps } from './ChannelMaps.js';
import { OneChannel } from './OneChannel.js';

export interface ChannelsProps extends ViewProps {
  readonly choice: ChannelChoice;
  readonly onChoice: (change: Partial<ChannelChoice>) => void;
  /** Classes with colours of their own: all of them, or a page of many. */
  readonly classes: readonly number[];
  /** Where there are more classes than colours. */
  readonly onClassPage: ((step: -1 | 1) => void) | null;
  /** What the channels of a layer are at every epoch; null before it is known. */
  readonly statesOf: (layer: number) => ChannelStates | null;
}

export function ChannelsView({ viewer, facts }: ViewProps): VNode {
  const chosen = viewer.channels.value;
  const choice = useMemo(() => soundChoice(chosen, facts.layers), [chosen, facts.layers]);
  const onChoice = useStable((change: Partial<ChannelChoice>): void => {
    if (choice) viewer.channels.value = { ...choice, ...change };
  });
  const [page, setPage] = useState(0);
  const classes = useMemo(() => classPage(facts.classCount, page), [facts.classCount, page]);
  const statesOf = useStates({ viewer, facts }, choice);
  if (!choice) {
    return <main class="channels-view waiting">No layer of this network has channels with maps.</main>;
  }
  if (facts.lastWhole < 0) return <main class="channels-view waiting">No epoch has been recorded yet.</main>;
  const pages = Math.ceil(facts.classCount / 10);
  const props: ChannelsProps = {
    ...{ viewer, facts, choice, classes, statesOf, onChoice },
    onClassPage: pages > 1 ? (step) => setPage((page + step + pages) % pages) : null,
  };
  return (
    <main class="channels-view">
      <ChannelBoxes {...props} />
      <div class="channels-below">
        <ChannelCircles key={choice.layer} {...props} />
        <div class="channels-one">
          <OneChannel {...props} />
          <ChannelMaps {...props} />
        </div>
      </div>
    </main>
  );
}

/** Of the two layers in sight. */
function useStates(
  { viewer, facts }: ViewProps,
  choice: ChannelChoice | null,
): (layer: number) => ChannelStates | null {
  const layers = choice && facts.lastWhole >= 0 ? [...new Set([choice.left, choice.right])] : null;
  const asked = useAsked(
    layers && JSON.stringify([layers, facts.lastWhole]),
    'reading which channels are dead or saturated',
    async (key, call) => {
      const [wanted] = JSON.parse(key) as [number[], number];
      return Promise.all(wanted.map((layer) => viewer.host.call('channelStates', { layer }, call)));
    },
  );
  const states = latest(asked.value);
  return useMemo(() => (layer) => states?.find((one) => one.layer === layer) ?? null, [states]);
}
