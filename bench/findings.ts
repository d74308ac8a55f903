/**
 * Looks for the paper's findings in recordings of MNIST and CIFAR-10, which it makes where they are not there
 * yet, and writes docs/findings.md with its charts. No result is assumed.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { AnalysisEngine } from '../src/analysis/engine.js';
import { decreasesWithDepth, diagonalIsStrongest, fallsOverEpochs, redundancyFalls } from './findings/capacity.js';
import { deadFiltersAreLow, lowerLayersAgree } from './findings/channels.js';
import { bundlingClears } from './findings/clutter.js';
import { objectIsLookedAt } from './findings/control.js';
import type { Finding } from './findings/finding.js';
import { findingsDocument } from './findings/findingsDocument.js';
import { inputEntropyGrows } from './findings/inputs.js';
import { lineChartSvg } from './findings/lineChart.js';
import { openRecorded, type NetworkRuns } from './findings/recorded.js';
import { NETWORKS, recordings } from './findings/recordings.js';
import { largerConvergeEarlier, neverPredicted } from './findings/training.js';
import type { Row } from './row.js';

const root = fileURLToPath(new URL('..', import.meta.url));
const LOOKS: readonly ((all: readonly NetworkRuns[]) => Promise<Finding>)[] = [
  inputEntropyGrows,
  largerConvergeEarlier,
  diagonalIsStrongest,
  decreasesWithDepth,
  fallsOverEpochs,
  redundancyFalls,
  lowerLayersAgree,
  deadFiltersAreLow,
  neverPredicted,
  objectIsLookedAt,
  bundlingClears,
];

export async function benchFindings(): Promise<Row[]> {
  const engine = new AnalysisEngine({ workerFile: join(root, 'dist', 'analysisWorker.cjs') });
  try {
    const all = await networkRuns(engine);
    if (all.length === 0) return [];
    const findings: Finding[] = [];
    for (const look of LOOKS) {
      const finding = await look(all);
      console.log(`${finding.verdict}: ${finding.claim}`);
      findings.push(finding);
    }
    write(findings, all);
  } finally {
    await engine.dispose();
  }
  return [];
}

async function networkRuns(engine: AnalysisEngine): Promise<NetworkRuns[]> {
  const all: NetworkRuns[] = [];
  for (const network of NETWORKS) {
    const runs = await Promise.all((await recordings(network)).map(openRecorded));
    const most = Math.max(...network.sizes);
    const largest = runs.filter(({ size }) => size === most);
    if (largest.length > 0) all.push({ network, runs, largest, engine });
  }
  return all;
}

function write(findings: readonly Finding[], all: readonly NetworkRuns[]): void {
  const images = join(root, 'docs', 'images', 'findings');
  mkdirSync(images, { recursive: true });
  for (const { id, chart } of findings) if (chart) writeFileSync(join(images, `${id}.svg`), lineChartSvg(chart));
  writeFileSync(join(root, 'docs', 'findings.md'), findingsDocument(findings, all));
  console.log('docs/findings.md is written');
}
