/** A closed stage: its layers' names, what makes it a stage, and how it is opened. */
import type { VNode } from 'preact';
import type { NetworkResult, NetworkStage } from '../../../src/protocol/network.js';
import type { Layer } from '../../../src/protocol/run.js';
import { endKey } from '../../marks/networkEdges.js';
import type { PlacedBox } from '../../marks/networkLayout.js';
import { layerLabel } from '../../text/layerLabel.js';
import { plural, shortWords } from '../../text/words.js';
import { stageLines, stageParts } from './cardSizes.js';

export interface StageBoxProps {
  readonly stage: NetworkStage;
  readonly result: NetworkResult;
  readonly layers: readonly Layer[];
  readonly box: PlacedBox;
  readonly dead: number;
  readonly isFirst: boolean;
  /** The layer that is selected in all views is one of its own. */
  readonly selected: boolean;
}

const NAME_LETTERS = 17;
const PART_LETTERS = 15;

export function StageBox({ stage, result, layers, box, dead, isFirst, selected }: StageBoxProps): VNode {
  const parts = stageParts(stage, result).map((part) =>
    partName(typeof part === 'number' ? layerLabel(layers[part]) : part.name, stage.name),
  );
  const lines = stageLines(parts.length);
  const listed = parts.length > lines ? parts.slice(0, lines - 1) : parts;
  const deadWords = dead > 0 ? `, ${dead} dead` : '';
  return (
    <div
      class={`network-stage ${selected ? 'selected' : ''}`}
      data-key={endKey(box.id, 0)}
      role="button"
      tabindex={isFirst ? 0 : -1}
      aria-expanded={false}
      aria-label={`Stage ${stage.name}, a ${stage.by === 'residual block' ? stage.by : `stage by ${stage.by}`} of ${plural(stage.layers.length, 'layer')}${deadWords}${selected ? ', including the selected one' : ''}. Enter opens it.`}
      style={{ left: `${box.x}px`, top: `${box.y}px`, width: `${box.width}px`, height: `${box.height}px` }}
    >
      <h3 title={stage.name}>{shortWords(stage.name, NAME_LETTERS)}</h3>
      <span class="quiet">
        {plural(stage.layers.length, 'layer')}
        {deadWords}
      </span>
      <ol>
        {listed.map((name) => (
          <li key={name} title={name}>
            {shortWords(name, PART_LETTERS)}
          </li>
        ))}
        {listed.length < parts.length && <li class="more">{parts.length - listed.length} more</li>}
      </ol>
      <span class="network-open">▸ Expand</span>
    </div>
  );
}

/** "2_conv" in the stage "block1" of the layer "block1_2_conv". */
function partName(name: string, stage: string): string {
  const rest = name.startsWith(stage) ? name.slice(stage.length).replace(/^[_/.-]+/, '') : '';
  return rest === '' ? name : rest;
}
