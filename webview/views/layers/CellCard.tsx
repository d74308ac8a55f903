/** One cell in full: its numbers, and both channels' maps over chosen samples under the inputs. */
import type { VNode } from 'preact';
import { useMemo } from 'preact/hooks';
import type { DistanceMiValue } from '../../../src/protocol/measure.js';
import type { PictureStack } from '../../../src/protocol/viewer.js';
import { Picture } from '../query/slice/Picture.js';
import { samplesInSet } from '../channels/mapSamples.js';
import { shortWords } from '../../shell/words.js';
import type { ViewProps } from '../../shell/views.js';
import { latest } from '../../state/loadable.js';
import { useAsked } from '../../state/useAsked.js';
import { cellWords } from './layerFindings.js';

export interface CellCardProps extends ViewProps {
  readonly value: DistanceMiValue;
  readonly nullBits: number | null;
  /** Row and column of the matrix. */
  readonly cell: { readonly a: number; readonly b: number };
  /** The pointer is on it; else it is the chosen one. */
  readonly hovered: boolean;
}

const MOST_CLASSES = 8;
const SIDE = 42;

export function CellCard({ facts, value, nullBits, cell, hovered }: CellCardProps): VNode {
  const [a, b] = [value.rows[cell.a], value.columns[cell.b]];
  const at = cell.a * value.columns.length + cell.b;
  const bits = value.bits[at] ?? null;
  const half = value.halfWidthBits?.[at] ?? null;
  return (
    <section class="cell-card" aria-live="polite" aria-label={hovered ? 'Cell under the pointer' : 'Chosen cell'}>
      <h2>
        A {a.channel} × B {b.channel}
        <span class="cell-bits">
          {bits === null ? 'no value' : `${bits.toFixed(3)} bits`}
          {half !== null && <small> ± {half.toFixed(3)} (95 %, jackknife over samples)</small>}
        </span>
      </h2>
      {cellWords(value, nullBits, cell.a, cell.b).map((line) => (
        <p key={line}>{line}</p>
      ))}
      <p class="quiet">
        A {shortWords(facts.layers[a.layer].name, 30)} · B {shortWords(facts.layers[b.layer].name, 30)}
      </p>
    </section>
  );
}

interface Row {
  readonly name: string;
  readonly detail: string;
  readonly stack: PictureStack;
}

/** Maps of the chosen cell; the hovered one has none, so that a moving pointer asks nothing. */
export function CellMaps({ viewer, facts, value, cell }: Omit<CellCardProps, 'nullBits' | 'hovered'>): VNode | null {
  const labels = latest(
    useAsked('labels', 'reading labels', (_, call) => viewer.host.call('probeLabels', {}, call)).value,
  );
  const kept = facts.description.manifest.plan.mapSampleCount;
  const samples = useMemo(() => {
    const classes = Array.from({ length: Math.min(MOST_CLASSES, facts.classCount) }, (_, i) => i);
    return labels ? samplesInSet(labels, classes, kept, 0).slice(0, MOST_CLASSES) : [];
  }, [labels, kept, facts.classCount]);
  const [a, b] = [value.rows[cell.a], value.columns[cell.b]];
  const wanted = [a, b].map(({ layer, channel }) => ({ layer, epoch: value.epoch, channels: [channel ?? 0], samples }));
  const planes = facts.layers[0].channelCount === 3 ? [0, 1, 2] : [0];
  const key =
    samples.length > 0 ? JSON.stringify([{ layer: 0, epoch: 0, channels: planes, samples }, ...wanted]) : null;
  const asked = useAsked<Row[]>(key, 'reading feature maps', async (text, call) => {
    const requests = JSON.parse(text) as { layer: number; epoch: number; channels: number[]; samples: number[] }[];
    const stacks = await Promise.all(requests.map((one) => viewer.host.call('featureMaps', one, call)));
    return stacks.map((stack, i) => ({
      name: ['input', `A ${requests[1].channels[0]}`, `B ${requests[2].channels[0]}`][i],
      detail: facts.layers[requests[i].layer].name,
      stack,
    }));
  });
  const rows = latest(asked.value);
  if (asked.value.state === 'failed') return <p class="quiet cell-maps-none">No maps: {asked.value.failure.wrong}</p>;
  if (!rows) return null;
  return (
    <section class="cell-maps" aria-label="Feature maps of both channels">
      <table>
        <thead>
          <tr>
            <th scope="row">class</th>
            {samples.map((sample) => (
              <th key={sample} scope="col">
                {labels && labels[sample] >= 0 ? shortWords(facts.classNames[labels[sample]], 7) : sample}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(({ name, detail, stack }) => (
            <tr key={name}>
              <th scope="row">
                <b>{name}</b>
                <small>{shortWords(detail, 13)}</small>
              </th>
              {samples.map((sample, i) => (
                <td key={sample}>
                  <Picture stack={stack} index={i} range="shared" ink="--c-text" size={SIDE} />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      <p class="quiet">one scale a row; more ink is more activation; epoch {value.epoch}</p>
    </section>
  );
}
