/** docs/findings.md: each of the paper's findings with its verdict, numbers and how they were had. */
import type { Finding, Table } from './finding.js';
import type { NetworkRuns } from './recorded.js';

export function findingsDocument(findings: readonly Finding[], all: readonly NetworkRuns[]): string {
  return [
    '# The paper’s findings, looked for',
    '',
    'Shen and Shen, *An Information-theoretic Visual Analysis Framework for Convolutional Neural Networks*, report',
    'findings on MNIST and CIFAR-10. `npm run bench -- findings` records small networks of our own on parts of the same',
    'data, computes the same measures and writes this page; nothing in it is typed in. The networks are smaller and',
    'train for fewer epochs than the paper’s, so that what is not found here may still be true there. *Found* means in',
    'every training or network that was looked at, *mixed* in some.',
    '',
    ...all.map(({ network, runs }) => networkText(network.name, runs.length, network)),
    '',
    ...markdown({
      header: ['finding', 'verdict'],
      rows: findings.map(({ claim, verdict, id }) => [`[${claim}](#${id})`, `**${verdict}**`]),
    }),
    '',
    ...findings.flatMap(section),
  ].join('\n');
}

function networkText(name: string, count: number, network: NetworkRuns['network']): string {
  const { sizes, seeds, epochs, probes } = network;
  return `- **${name}**: ${count} trainings, of ${sizes.join(', ')} samples, with ${seeds.length} seeds each; ${epochs} epochs, ${probes} probes.`;
}

function section({ id, claim, verdict, seen, how, table, chart }: Finding): string[] {
  return [
    `<a id="${id}"></a>`,
    '',
    `## ${claim}`,
    '',
    `**${capital(verdict)}.** ${seen.join(' ')}`,
    '',
    ...markdown(table),
    '',
    `*${how}*`,
    '',
    ...(chart ? [`![${chart.title}](images/findings/${id}.svg)`, ''] : []),
  ];
}

function markdown({ header, rows }: Table): string[] {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(header), line(header.map(() => '---')), ...rows.map(line)];
}

function capital(text: string): string {
  return text[0].toUpperCase() + text.slice(1);
}
