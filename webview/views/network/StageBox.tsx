/** A closed stage: its layers' names, what makes it a stage, and how it is opened. */
import type { VNode } from 'preact';
import type { NetworkStage } from '../../../src/protocol/network.js';
import type { Layer } from '../../../src/protocol/run.js';
import { endKey } from '../../marks/networkEdges.js';
import type { PlacedBox } from '../../marks/networkLayout.js';
import { plural, shortWords } from '../../shell/words.js';
import { stageLines } from './cardSizes.js';

export interface StageBoxProps {
  readonly stage: NetworkStage;
  readonly layers: readonly Layer[];
  readonly box: PlacedBox;
  readonly dead: number;
  readonly isFirst: boolean;
}

const NAME_LETTERS = 19;

export function StageBox({ stage, layers, box, dead, isFirst }: StageBoxProps): VNode {
  const lines = stageLines(stage.layers.length);
  const more = stage.layers.length - lines;
  const listed = stage.layers.slice(0, more > 0 ? lines - 1 : lines);
  const deadWords = dead > 0 ? `, ${dead} dead` : '';
  return (
    <div
      class="network-stage"
      data-key={endKey(box.id, 0)}
      role="button"
      tabindex={isFirst ? 0 : -1}
      aria-expanded={false}
      aria-label={`Stage ${stage.name}, a ${stage.by === 'residual block' ? stage.by : `stage by ${stage.by}`} of ${plural(stage.layers.length, 'layer')}${deadWords}. Enter opens it.`}
      style={{ left: `${box.x}px`, top: `${box.y}px`, width: `${box.width}px`, height: `${box.height}px` }}
    >
      <h3 title={stage.name}>{shortWords(stage.name, NAME_LETTERS)}</h3>
      <span class="quiet">
        {plural(stage.layers.length, 'layer')}
        {deadWords}
      </span>
      <ol>
        {listed.map((layer) => (
          <li key={layer} title={layers[layer].name}>
            {shortWords(layers[layer].name, NAME_LETTERS)}
          </li>
        ))}
        {listed.length < stage.layers.length && <li class="more">{stage.layers.length - listed.length} more</li>}
      </ol>
      <span class="network-open">▸ Expand</span>
    </div>
  );
}
