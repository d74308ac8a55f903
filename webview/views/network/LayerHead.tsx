/** A column's head: the layer's name, size and line, and the stage that it can be closed into; its dead channels below. */
import type { VNode } from 'preact';
import type { LayerClusters, NetworkResult } from '../../../src/protocol/network.js';
import { hatchPath } from '../../marks/hatch.js';
import type { NetworkItem } from '../../marks/networkItems.js';
import type { PlacedBox } from '../../marks/networkLayout.js';
import { layerLabel } from '../../text/layerLabel.js';
import { listWords, shortWords } from '../../text/words.js';
import type { NetworkBoardProps } from './NetworkBoard.js';
import { sizeWords } from './networkWords.js';
import { HEAD } from './cardSizes.js';

export interface LayerHeadProps extends NetworkBoardProps {
  readonly item: NetworkItem & { kind: 'layer' };
  readonly box: PlacedBox;
}

/** Wider than narrow columns, whose names would be cut. */
const LEAST_WIDTH = 116;

export function LayerHead({ item, box, board, facts, viewer, failures, onStage }: LayerHeadProps): VNode {
  const layer = facts.layers[item.layer];
  const width = Math.max(LEAST_WIDTH, box.width);
  const inner = item.stages.at(-1);
  const stage = board.result.stages.find(({ id }) => id === inner);
  const failure = failures.get(item.layer);
  const isSelected = nodeOf(board.result, viewer.selected.value.layer) === item.layer;
  return (
    <div
      class={`network-head ${isSelected ? 'selected' : ''}`}
      style={{
        left: `${box.x + (box.width - width) / 2}px`,
        top: `${box.y}px`,
        width: `${width}px`,
        height: `${HEAD - 4}px`,
      }}
    >
      <h3 title={layer.name} aria-current={isSelected ? 'true' : undefined}>
        {shortWords(layerLabel(layer), Math.floor(width / 7))}
      </h3>
      <span class="quiet">{sizeWords(layer)}</span>
      {layer.source && (
        <button class="link" onClick={() => void viewer.openSource(layer.index)}>
          {shortWords(`${layer.source.file.split('/').at(-1) ?? ''}:${layer.source.line}`, Math.floor(width / 6))}
        </button>
      )}
      {stage && (
        <button class="link" title={`Close the stage ${stage.name}`} onClick={() => onStage(stage.id, false)}>
          ▾ {shortWords(stage.name, Math.floor(width / 7))}
        </button>
      )}
      {failure && (
        <span class="network-problem" title={failure}>
          no patches
        </span>
      )}
    </div>
  );
}

/** The shown layer that a layer of the run is, is shown by or is folded into. */
export function nodeOf({ nodes }: NetworkResult, selected: number | null): number | null {
  if (selected === null) return null;
  const node = nodes.find(({ layer, shownBy, folded }) => [layer, shownBy, ...folded].includes(selected));
  return node?.layer ?? null;
}

interface DeadRowProps {
  readonly clusters: LayerClusters;
  readonly box: PlacedBox;
  readonly place: PlacedBox['cards'][number];
}

const MOST_LISTED = 6;

export function DeadRow({ clusters, box, place }: DeadRowProps): VNode {
  const { dead, reason } = clusters;
  const listed = dead.length <= MOST_LISTED && box.width > 120 ? `: ${listWords(dead)}` : '';
  const words = dead.length > 0 ? `${dead.length} dead${listed}` : (reason ?? '');
  return (
    <div
      class="network-dead"
      title={reason ?? `dead: ${listWords(dead)}`}
      style={{ left: `${box.x}px`, top: `${place.y}px`, width: `${box.width}px`, height: `${place.height}px` }}
    >
      <svg width={box.width} height={place.height} aria-hidden="true">
        <path d={hatchPath(0, 0, box.width, place.height)} />
      </svg>
      <span>{words}</span>
    </div>
  );
}
