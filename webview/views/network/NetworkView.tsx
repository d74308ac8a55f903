/** The network view (after CNNVis): layers and stages, clusters of channels, bundled weights between them. */
import type { VNode } from 'preact';
import { useMemo, useRef } from 'preact/hooks';
import type { NetworkOptions, NetworkResult } from '../../../src/protocol/network.js';
import { EpochSlider } from '../../controls/EpochSlider.js';
import { ProgressRing } from '../../controls/controls.js';
import { edgeCurves } from '../../marks/networkEdges.js';
import { itemEdges, visibleItems } from '../../marks/networkItems.js';
import { placeNetwork } from '../../marks/networkLayout.js';
import { FailureCard } from '../../controls/FailureCard.js';
import { useSize } from '../../hooks/useSize.js';
import { useUndoKeys } from '../../hooks/useUndoKeys.js';
import type { ViewProps } from '../views.js';
import { latest } from '../../state/loadable.js';
import { paintedFiles } from '../../chart/paintedFiles.js';
import { useAsked } from '../../state/useAsked.js';
import { epochDomain, fileName } from '../query/results/chartParts.js';
import { boxSizes, cardKind } from './cardSizes.js';
import { ClusterPanel } from './ClusterPanel.js';
import { NetworkBoard } from './NetworkBoard.js';
import { optionsOf, useChoice, withMove, withStage, type ChoiceSteps } from './networkChoice.js';
import { useNetworkColours } from './networkColours.js';
import { NetworkControls } from './NetworkControls.js';
import { NetworkLegend } from './NetworkLegend.js';
import { networkCsv } from './networkWords.js';
import { stackAtlas } from './patchAtlas.js';
import { placeOf } from './Readout.js';
import { boardPainting, type Board } from './saveNetwork.js';
import { usePatches } from './usePatches.js';

export function NetworkView({ viewer, facts }: ViewProps): VNode {
  if (facts.lastWhole < 0) return <main class="network-view waiting">No epoch has been recorded yet.</main>;
  return <Epoch viewer={viewer} facts={facts} />;
}

/** Of the view at both sides, with a scroll bar's width. */
const PADDING = 56;
/** Boxes keep their places while a window is drawn a little wider. */
const ROOM_STEP = 40;

function Epoch({ viewer, facts }: ViewProps): VNode {
  const steps = useChoice(viewer);
  const place = useRef<HTMLElement>(null);
  const room = ROOM_STEP * Math.floor((useSize(place).width - PADDING) / ROOM_STEP);
  const epochs = useMemo(() => [...facts.whole].sort((a, b) => a - b), [facts]);
  const epoch = facts.whole.has(viewer.cursorEpoch.value) ? viewer.cursorEpoch.value : facts.lastWhole;
  const asked = useAsked(JSON.stringify(optionsOf(steps.choice, epoch)), 'clustering the channels', (key, call) =>
    viewer.host.call('network', JSON.parse(key) as NetworkOptions, call),
  );
  const last = useRef<NetworkResult | null>(null);
  // After a failure the network stays, and with it the choice that can be taken back.
  const result = latest(asked.value) ?? last.current;
  last.current = result;
  useUndoKeys(steps);
  const { value } = asked;
  return (
    <main class="network-view" ref={place} aria-busy={value.state === 'loading'}>
      <div class="network-epoch">
        <EpochSlider
          epoch={viewer.cursorEpoch.value}
          epochs={epochs}
          domain={epochDomain(facts)}
          onEpoch={(next) => (viewer.epoch.value = next)}
        />
      </div>
      {value.state === 'failed' && <FailureCard failure={value.failure} onRetry={asked.retry} />}
      {!result && value.state !== 'failed' && (
        <p class="waiting">
          <ProgressRing /> {value.state === 'loading' && value.progress?.text ? value.progress.text : 'Clustering'}…
        </p>
      )}
      {result && <Network {...{ viewer, facts, result, steps, room }} />}
    </main>
  );
}

interface NetworkProps extends ViewProps {
  /** Pixels that the board has across. */
  readonly room: number;
  readonly result: NetworkResult;
  readonly steps: ChoiceSteps;
}

function Network({ viewer, facts, result, steps, room }: NetworkProps): VNode {
  const board = useBoard({ viewer, facts, result, steps, room });
  const { choice, change } = steps;
  const chosen = choice.cluster ?? null;
  const onChoose = (cluster: string | null): void => {
    change({ cluster: cluster ?? undefined });
    const item = cluster === null ? null : placeOf(board.board, cluster)?.item;
    if (item?.kind === 'layer') viewer.select({ layer: item.layer });
  };
  const files = {
    ...paintedFiles(() => boardPainting(board.board)),
    csv: () => networkCsv(result, facts.layers, facts.classNames),
  };
  return (
    <>
      <NetworkControls
        facts={facts}
        viewer={viewer}
        result={result}
        steps={steps}
        waiting={board.waiting}
        files={files}
        fileName={fileName(facts, `network-epoch-${result.epoch}`)}
      />
      <NetworkBoard
        board={board.board}
        edges={board.edges}
        viewer={viewer}
        facts={facts}
        chosen={chosen}
        facet={choice.facet}
        failures={board.failures}
        onChoose={onChoose}
        onStage={(id, open) => change({ stages: withStage(choice.stages, id, open) })}
        onMove={(layer, channel, cluster) => change({ moves: withMove(choice.moves, layer, channel, cluster) })}
      />
      {chosen !== null && (
        <ClusterPanel
          board={board.board}
          edges={board.edges}
          facts={facts}
          viewer={viewer}
          chosen={chosen}
          steps={steps}
          onClose={() => onChoose(null)}
        />
      )}
      <NetworkLegend facts={facts} result={result} colours={board.board.colours} />
    </>
  );
}

/** Items, places, curves and pictures: everything that is drawn. */
function useBoard({ viewer, facts, result, steps, room }: NetworkProps) {
  const { cards, signs, strongest, facet, stages } = steps.choice;
  const colours = useNetworkColours();
  const { layers, classNames } = facts;
  const classCount = Math.max(1, facts.classCount);
  const matrix = cards === 'activations';
  const items = useMemo(() => visibleItems(result, new Set(stages)), [result, stages]);
  const edges = useMemo(() => itemEdges(result, items, strongest), [result, items, strongest]);
  const places = useMemo(
    () => placeNetwork(boxSizes(result, items, matrix, classCount), edges, room),
    [result, items, edges, matrix, classCount, room],
  );
  const curves = useMemo(() => edgeCurves(edges, places, signs), [edges, places, signs]);
  const means = latest(viewer.classMeans.value);
  const inputs = useMemo(() => means && stackAtlas(means), [means]);
  const { sheets, failures, waiting } = usePatches(viewer.host, result, items, facet, classCount, !matrix);
  const sheetKey = [...sheets.keys(), ...failures.keys()].join();
  const board = useMemo((): Board => {
    const contentOf: Board['contentOf'] = (item, cluster) => {
      const layer = result.layers.find((one) => one.layer === item.layer)!;
      const kind = cardKind(item, layer);
      const sheet = sheets.get(item.layer) ?? null;
      return { kind, layer, cluster, classCount, classNames, matrix, facet, sheet, inputs };
    };
    return { result, layers, items, places, curves, contentOf, colours };
  }, [result, layers, items, places, curves, colours, inputs, sheetKey, matrix, facet, classCount, classNames]);
  return { board, edges, failures, waiting };
}
