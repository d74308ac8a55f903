import * as path from 'path';
import { Logs } from '@tensorflow/tfjs';
import settings, { epochs } from './settings.json';
import { Defaults, Network } from '@/network';
import { Config } from '@/types';
import { rows } from '@lib/rows';

export async function train(config: Config): Promise<void> {
  const network = new Network(config);
  const { xs, ys } = rows(64);
  await network.build().fit(xs, ys, {
    epochs,
    verbose: 0,
    callbacks: { onEpochEnd: (epoch: number, logs?: Logs) => console.log(epoch, logs?.loss) },
  });
  console.log(path.basename(__dirname));
}

if (require.main === module) void train({ ...Defaults, units: settings.units });
