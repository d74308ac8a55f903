/** The chosen channel's maps of chosen samples, under the inputs they are of: one sample a class, a set at a time. */
import type { VNode } from 'preact';
import { useMemo, useRef, useState } from 'preact/hooks';
import type { PictureStack } from '../../../src/protocol/viewer.js';
import { ChartFrame } from '../../chart/ChartFrame.js';
import { colourPaths, inkOf, inkPaths } from '../../marks/pictures.js';
import { shortWords } from '../../shell/words.js';
import { useSize } from '../../shell/useSize.js';
import { latest } from '../../state/loadable.js';
import { useAsked } from '../../state/useAsked.js';
import { table, type Cell } from '../query/results/csv.js';
import { fileName } from '../query/results/chartParts.js';
import { PageButton } from './ChannelBoxes.js';
import { classTone } from './channelPanels.js';
import type { ChannelsProps } from './ChannelsView.js';
import { samplesInSet, setCount } from './mapSamples.js';

interface Maps {
  readonly inputs: PictureStack;
  readonly maps: PictureStack;
  readonly samples: readonly number[];
  readonly labels: readonly number[];
  readonly epoch: number;
}

export function ChannelMaps({ viewer, facts, choice, classes }: ChannelsProps): VNode {
  const [set, setSet] = useState(0);
  const layer = facts.layers[choice.layer];
  const kept = facts.description.manifest.plan.mapSampleCount;
  const labels = latest(
    useAsked('labels', 'reading labels', (_, call) => viewer.host.call('probeLabels', {}, call)).value,
  );
  const sets = labels ? setCount(labels, classes, kept) : 1;
  const samples = useMemo(
    () => (labels ? samplesInSet(labels, classes, kept, set % sets) : []),
    [labels, classes, kept, set, sets],
  );
  const asked = useMaps({ viewer, facts, choice }, samples, labels ?? []);
  return (
    <ChartFrame<Maps>
      title="Feature maps"
      answer={asked.value}
      invitation={labels && samples.length === 0 ? 'This run keeps no maps of samples.' : ''}
      finding={({ epoch, samples: shown }) => `epoch ${epoch}, samples ${shown.join(', ')}`}
      caption={({ maps }) => (
        <>
          {`map ${numberWords(maps.minimum)} to ${numberWords(maps.maximum)}, one scale for the row; more ink is more activation`}
          {sets > 1 && (
            <span class="pages">
              <PageButton label="Samples before" text="‹" onClick={() => setSet((set + sets - 1) % sets)} />
              set {(set % sets) + 1} of {sets}
              <PageButton label="Further samples" text="›" onClick={() => setSet((set + 1) % sets)} />
            </span>
          )}
        </>
      )}
      captionBelow
      csv={mapsCsv}
      fileName={fileName(facts, `${layer.name}-channel-${choice.channel}-maps`)}
      onSave={(file) => void viewer.save(file)}
      onRetry={asked.retry}
      draw={(value) => <MapRows maps={value} classNames={facts.classNames} />}
    />
  );
}

function useMaps(
  { viewer, facts, choice }: Pick<ChannelsProps, 'viewer' | 'facts' | 'choice'>,
  samples: readonly number[],
  labels: readonly number[],
) {
  const epoch = facts.whole.has(viewer.cursorEpoch.value) ? viewer.cursorEpoch.value : facts.lastWhole;
  const asked = { layer: choice.layer, epoch, channels: [choice.channel], samples };
  const key = samples.length > 0 ? JSON.stringify(asked) : null;
  return useAsked<Maps>(key, 'reading feature maps', async (text, call) => {
    const wanted = JSON.parse(text) as { layer: number; epoch: number; channels: number[]; samples: number[] };
    const planes = facts.layers[0].channelCount === 3 ? [0, 1, 2] : [0];
    const [inputs, maps] = await Promise.all([
      viewer.host.call('featureMaps', { ...wanted, layer: 0, epoch: 0, channels: planes }, call),
      viewer.host.call('featureMaps', wanted, call),
    ]);
    const shown = wanted.samples;
    return { inputs, maps, samples: shown, labels: shown.map((sample) => labels[sample] ?? -1), epoch: wanted.epoch };
  });
}

const NAME = 72;
const GAP = 5;
const HEAD = 16;
const LARGEST = 56;

function MapRows({ maps, classNames }: { maps: Maps; classNames: readonly string[] }): VNode {
  const place = useRef<HTMLDivElement>(null);
  const { width } = useSize(place);
  const count = maps.samples.length;
  const side = Math.max(12, Math.min(LARGEST, (width - NAME) / Math.max(1, count) - GAP));
  const rows = [
    { name: 'input', stack: maps.inputs },
    { name: 'feature map', stack: maps.maps },
  ];
  const height = HEAD + rows.length * (side + GAP);
  return (
    <div ref={place} class="map-rows">
      {width > 0 && (
        <svg
          width={width}
          height={height}
          role="img"
          aria-label={`Inputs ${maps.samples.join(', ')} and their feature maps at epoch ${maps.epoch}`}
        >
          {maps.samples.map((sample, i) => (
            <text
              key={sample}
              class={`map-class middle ${maps.labels[i] >= 0 ? classTone(maps.labels[i]) : ''}`}
              x={NAME + i * (side + GAP) + side / 2}
              y={11}
            >
              {maps.labels[i] >= 0 ? shortWords(classNames[maps.labels[i]], Math.max(3, Math.floor(side / 6))) : sample}
            </text>
          ))}
          {rows.map(({ name, stack }, row) => (
            <g key={name} transform={`translate(0,${HEAD + row * (side + GAP)})`}>
              <text x={0} y={side / 2 - 1}>
                {name}
              </text>
              <text class="tick" x={0} y={side / 2 + 12}>
                {stack.height} × {stack.width}
              </text>
              <Pictures stack={stack} side={side} />
            </g>
          ))}
        </svg>
      )}
    </div>
  );
}

const LEVELS = 16;
const MOST_CELLS = 64;

function Pictures({ stack, side }: { stack: PictureStack; side: number }): VNode {
  const pictures = useMemo(
    () =>
      Array.from({ length: stack.count }, (_, i) => {
        if (stack.planes === 3) return colourPaths(stack, i, side);
        const ink = inkOf(stack, i, 'shared');
        const levels = ink ? inkPaths(ink, stack.width, stack.height, side, MOST_CELLS, LEVELS) : [];
        return levels.map(({ path, opacity }) => ({ path, opacity, colour: null }));
      }),
    [stack, side],
  );
  return (
    <>
      {pictures.map((paths, i) => (
        <g key={i} transform={`translate(${NAME + i * (side + GAP)},0)`}>
          <rect class="map-frame" width={side} height={side} />
          {paths.map(({ path, opacity, colour }) => (
            <path
              key={`${colour ?? ''}${opacity}`}
              class={colour === null ? 'map-ink' : undefined}
              d={path}
              fill-opacity={opacity}
              fill={colour ?? undefined}
            />
          ))}
        </g>
      ))}
    </>
  );
}

function numberWords(value: number): string {
  return Number.isInteger(value) ? String(value) : value.toPrecision(3);
}

function mapsCsv({ maps, samples, labels, epoch }: Maps): string {
  const size = maps.width * maps.height;
  const rows = Array.from(maps.values, (value, i): Cell[] => {
    const at = Math.floor(i / size);
    const pixel = i % size;
    return [epoch, samples[at], labels[at], Math.floor(pixel / maps.width), pixel % maps.width, value];
  });
  return table(['epoch', 'sample', 'class', 'y', 'x', 'activation'], rows);
}
