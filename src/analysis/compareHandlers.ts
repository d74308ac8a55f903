/** Answers what the compare view asks (src/protocol/compare.ts) of a run and those that lie beside it. */
import { basename } from 'node:path';
import { CompareInputs, type CompareContract } from '../protocol/compare.js';
import type { CallContext, Handlers } from '../protocol/rpc.js';
import type { AnalysisEngine } from './engine.js';

export function compareHandlers(engine: AnalysisEngine, folder: string): Handlers<CompareContract> {
  const folderOf = async (run: string | null, context: CallContext): Promise<string> =>
    run === null || run === basename(folder) ? folder : engine.folderBeside(folder, { run }, context);
  return {
    compareCandidates: {
      input: CompareInputs.compareCandidates,
      handle: (_, context) => engine.compareCandidates(folder, {}, context),
    },
    compare: {
      input: CompareInputs.compare,
      handle: async ({ from, to }, context) => {
        const [a, b] = await Promise.all([folderOf(from.run, context), folderOf(to.run, context)]);
        return engine.compare({ folder: a, epoch: from.epoch }, { folder: b, epoch: to.epoch }, context);
      },
    },
  };
}
