/** `cnnslicer layers RUN`: the table of layers with what each knows and what is dead in it. */
import type { Command } from 'commander';
import { DEAD_LAYER_WORDS, isDeadLayer } from '../../protocol/deadLayer.js';
import { DIVERSITY, DIVERSITY_IN_FULL, MAP_ENTROPY, MAP_ENTROPY_IN_FULL } from '../../protocol/entropyNames.js';
import type { LayerReport } from '../../protocol/measure.js';
import type { RunManifest } from '../../protocol/run.js';
import { openRun } from '../../store/reading/openRun.js';
import { bitsText, tableLines, type Console } from '../console.js';
import { contextOf, type Invocation } from '../invocation.js';
import { countOption } from '../optionParsers.js';
import { defaultRunsFolder, findRunFolder } from '../runArgument.js';
import { sourceText } from './runs.js';

interface LayersOptions {
  readonly epoch?: number;
  readonly out?: string;
  readonly json?: boolean;
}

export function addLayersCommand(program: Command, invocation: Invocation): void {
  program
    .command('layers')
    .description('list the layers with shape, entropies, dead channels and source line')
    .argument('<run>', 'a run folder, a run’s id or name, or "latest"')
    .option('--epoch <t>', 'instead of the last complete epoch', countOption('--epoch', 0))
    .option('--out <folder>', 'the folder that holds the runs')
    .option('--json', 'print JSON')
    .action(async (run: string, options: LayersOptions) => {
      const folder = await findRunFolder(run, options.out ?? defaultRunsFolder(invocation.workingFolder));
      const { manifest } = await openRun(folder);
      const context = contextOf(invocation, 'layers');
      const reports = await invocation.engine().report(folder, options.epoch ?? null, context);
      if (options.json) invocation.console.json(reports.map((report) => reportJson(report, manifest)));
      else printReports(invocation.console, reports, manifest);
    });
}

function reportJson(report: LayerReport, manifest: RunManifest): object {
  const { name, outputShape, source } = manifest.layers[report.layer];
  return { ...report, name, shape: outputShape, source };
}

function printReports(console: Console, reports: readonly LayerReport[], manifest: RunManifest): void {
  const rows = reports.map((report) => reportRow(report, manifest));
  const header = ['layer', 'shape', DIVERSITY, 'diversity - log2 N', MAP_ENTROPY, 'dead', 'source'];
  const alignments = ['left', 'left', 'right', 'right', 'right', 'right', 'left'] as const;
  for (const line of tableLines(header, rows, alignments)) console.result(line);
  for (const line of provenanceLines(reports)) console.result(line);
  const dead = reports.filter((report) => isDeadLayer(report, manifest.layers[report.layer]));
  for (const { layer } of dead) console.result(`${manifest.layers[layer].name}: ${DEAD_LAYER_WORDS}.`);
}

function reportRow(report: LayerReport, manifest: RunManifest): string[] {
  const layer = manifest.layers[report.layer];
  return [
    layer.name,
    layer.outputShape.join('×'),
    bitsText(report.inter?.bits ?? null),
    bitsText(report.inter?.excessBits ?? null),
    intervalText(report),
    `${report.channels.dead.length} of ${layer.channelCount}${isDeadLayer(report, layer) ? ', dead layer' : ''}`,
    sourceText(layer),
  ];
}

function intervalText({ intraBits, intraHalfWidthBits }: LayerReport): string {
  if (intraBits === null) return '–';
  return intraHalfWidthBits === null ? bitsText(intraBits) : `${bitsText(intraBits)} ± ${bitsText(intraHalfWidthBits)}`;
}

/** What the numbers rest on: the same for all rows but the input's, so said once. */
function provenanceLines(reports: readonly LayerReport[]): string[] {
  const report = reports.find((one) => one.inter !== null && one.inter.bits !== null);
  const inter = report?.inter
    ? [
        `${DIVERSITY_IN_FULL}: bits at epoch ${report.epoch}, exact k-nearest-neighbour graph, k = ${report.inter.k}, N = ${report.inter.n} probes.`,
      ]
    : [];
  const { estimator, n } = reports[0].intraProvenance;
  return [
    ...inter,
    `${MAP_ENTROPY_IN_FULL}: bits, mean over channels, ${estimator}, N = ${n} probes; ± is the 95 % interval over the probes. The units of a layer without maps count as one map.`,
  ];
}
