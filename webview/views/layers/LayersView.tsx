/** The layer view: whole layers, then the channels of a pair, then one cell and the filters that are compared. */
import type { VNode } from 'preact';
import { useMemo, useState } from 'preact/hooks';
import type { DistanceMiValue } from '../../../src/protocol/measure.js';
import type { LayerPair } from '../../../src/protocol/viewState.js';
import { ordersInSight } from '../../selection/linked.js';
import { useStable } from '../../hooks/useStable.js';
import type { ViewProps } from '../views.js';
import { wholeOr } from '../../state/facts.js';
import { latest } from '../../state/loadable.js';
import { CellCard } from './CellCard.js';
import { useCellInterval } from './cellInterval.js';
import { inside, strongestCell, withSelected, type CellChoice } from './cells.js';
import { useDeadChannels } from './deadChannels.js';
import { EpochMaps } from './EpochMaps.js';
import { FilterMaps } from './FilterMaps.js';
import { useRestedValue } from './restedValue.js';
import { soundPins, withPins, type PinnedChannel } from './filterRows.js';
import { useHeldOrder, useKeptOrder } from './heldOrder.js';
import { LayersFindings } from './LayersFindings.js';
import { epochsBeside, soundPair } from './layerQuestions.js';
import { LayersControls } from './LayersControls.js';
import { useMiColours } from './miColours.js';
import { usePairAnswers } from './pairAnswers.js';
import { PairChart } from './PairChart.js';
import { PairTrend } from './PairTrend.js';
import { SimilarChannels } from './SimilarChannels.js';
import { useWholeAnswers } from './wholeAnswers.js';
import { WholeLayers } from './WholeLayers.js';

export function LayersView({ viewer, facts }: ViewProps): VNode {
  if (facts.lastWhole < 0) return <main class="layers-view waiting">No epoch has been recorded yet.</main>;
  return <Epoch viewer={viewer} facts={facts} />;
}

function Epoch({ viewer, facts }: ViewProps): VNode {
  const both = { viewer, facts };
  const whole = useMemo(() => [...facts.whole].sort((a, b) => a - b), [facts]);
  const epoch = wholeOr(facts, viewer.cursorEpoch.value);
  const rested = wholeOr(facts, viewer.restedEpoch.value);
  const chosenPair = viewer.layers.value;
  const pair = useMemo(() => soundPair(chosenPair, facts.layers), [chosenPair, facts.layers]);
  const change = useStable((part: Partial<LayerPair>): void => {
    viewer.layers.value = { ...(ordersAnew(part) ? ordersInSight(pair) : pair), ...part };
  });
  const beside = useMemo(() => epochsBeside(pair.epochs, whole), [pair.epochs, whole]);
  const pinned = useMemo(() => soundPins(pair.pinned, facts.layers), [pair.pinned, facts.layers]);
  const onPinned = useStable((next: PinnedChannel[]): void => change({ pinned: next }));
  const onPin = useStable((some: readonly PinnedChannel[]): void => onPinned(withPins(pinned, some)));
  const onPair = useStable((a: number, b: number): void => change({ a, b }));
  const onOrderBy = useStable((orderEpoch: number): void => change({ orderEpoch }));
  const onBeside = useStable((epochs: number[]): void => change({ epochs }));
  const orderEpoch = pair.orderEpoch !== undefined && facts.whole.has(pair.orderEpoch) ? pair.orderEpoch : null;
  const [pairSettled, setPairSettled] = useState(false);
  const wholeAnswers = useWholeAnswers(both, rested, pairSettled);
  const wholeWaits = wholeAnswers.answer.state === 'loading' || wholeAnswers.answer.state === 'empty';
  const answers = usePairAnswers(both, pair, { epoch, rested, beside, orderEpoch }, !wholeWaits);
  if (answers.settled !== pairSettled) setPairSettled(answers.settled);

  const colours = useMiColours();
  const value = latest(answers.answer)?.values[0] ?? null;
  const still = useRestedValue(value);
  const sound = still && still.reason === null ? still : null;
  const held = useHeldOrder(pair, { value, orderEpoch, at: answers.at });
  useKeptOrder(pair, held, { orderEpoch, rested }, onOrderBy);
  const { choice, sight, setHovered } = useCells(both, pair, still);
  const onChoose = useStable((cell: CellChoice): void => {
    change({ cell });
    viewer.select({ layer: pair.a, channel: cell.a });
  });
  const halfWidthBits = useCellInterval(both, pair, still, sight, answers.settled);
  const dead = useDeadChannels(both, pair, rested, value !== null);
  const nullBits = still?.null?.maximumBits ?? null;
  const needsNull = answers.nullOnRequest && nullBits === null;
  // Nothing is hatched, and nothing said to be, by a null that nobody has asked for.
  const shown = useMemo(() => (needsNull ? { ...pair, masked: false } : pair), [pair, needsNull]);
  // Of each epoch whether it is known, and its null.
  const besideKey = beside.map((one) => nullKey(answers.at(one))).join(';');
  const maps = useMemo(
    () => beside.flatMap((one) => answers.at(one) ?? []).filter((one) => one.reason === null),
    [beside, besideKey, pair.a, pair.b],
  );
  return (
    <main class="layers-view">
      <LayersControls {...both} pair={shown} onChange={change} onAskNull={needsNull ? answers.askNull : null} />
      <div class="layers-columns">
        <div class="layers-left">
          <WholeLayers {...{ ...both, epoch: rested, pair: shown, colours, onPair }} answers={wholeAnswers} />
          {still && <LayersFindings value={still} nullBits={nullBits} />}
          {sound && <SimilarChannels value={sound} onPin={onPin} />}
        </div>
        <div class="layers-middle">
          <PairChart
            {...{ ...both, pair: shown, epoch, rested, answers, value, held, colours, dead }}
            chosen={choice}
            onOrderBy={onOrderBy}
            onHover={setHovered}
            onChoose={onChoose}
          />
        </div>
        <div class="layers-right">
          {sound && sight && choice && (
            <CellCard {...{ facts, nullBits, halfWidthBits }} value={sound} cell={sight} hovered={sight !== choice} />
          )}
          {sound && choice && <FilterMaps {...{ ...both, pair, pinned, onPinned }} value={sound} cell={choice} />}
          <PairTrend {...both} pair={pair} trend={answers.trend} cell={choice} onRetry={answers.retryTrend} />
          {held && maps.length > 0 && (
            <EpochMaps
              {...{ ...both, pair: shown, epoch: rested, colours }}
              values={maps}
              order={held.order}
              ceiling={answers.ceiling}
              chosen={choice}
              onBeside={onBeside}
            />
          )}
        </div>
      </div>
    </main>
  );
}

function nullKey(value: DistanceMiValue | null): string {
  return value?.reason === null ? `known ${value.null?.maximumBits ?? ''}` : '';
}

/** Whether the channels of an axis change, or how they are ordered. */
function ordersAnew(part: Partial<LayerPair>): boolean {
  return 'a' in part || 'b' in part || 'order' in part || 'orderB' in part;
}

/** The chosen cell and the one that is looked at: under the pointer, or else the chosen. They stay while a slider moves. */
function useCells({ viewer }: ViewProps, pair: LayerPair, value: DistanceMiValue | null) {
  const { cell = null } = pair;
  const [hovered, setHovered] = useState<CellChoice | null>(null);
  const strongest = useMemo(() => (value && value.reason === null ? strongestCell(value) : null), [value]);
  const { layer, channel } = viewer.selected.value;
  const choice = useMemo(() => {
    if (!value || !strongest) return null;
    const own = withSelected(inside(cell, value) && cell ? cell : strongest, pair, viewer.selected.value);
    return inside(own, value) ? own : strongest;
  }, [value, strongest, cell?.a, cell?.b, pair.a, pair.b, layer, channel]);
  const sight = value && inside(hovered, value) ? hovered : choice;
  return { choice, sight, setHovered };
}
