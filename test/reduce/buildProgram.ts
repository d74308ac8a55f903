/**
 * `node buildProgram.cjs FILE …`: runs each file, finds the model that it exports, and prints as JSON what the recorder
 * would know of its layers, the shapes that it answers with, and how many parameters it has.
 */
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import type { Layer } from '../../src/protocol/run.js';
import type { Model, TensorFlowWithLayers } from '../../src/recorder/hooks/layersApi.js';
import { callerIn } from '../../src/recorder/hooks/callSites.js';
import { watchLayerConstruction, type LayerConstructions } from '../../src/recorder/hooks/watchLayerConstruction.js';
import { describeLayers } from '../../src/recorder/model/describeLayers.js';
import { traceModel } from '../../src/recorder/model/traceModel.js';
import { exportedModel } from '../../src/recorder/modelFile/exportedModel.js';

export type Built =
  | {
      readonly state: 'built';
      readonly layers: readonly Layer[];
      /** Of each output for two samples, batch axis first. */
      readonly outputShapes: readonly (readonly number[])[];
      readonly parameters: number;
    }
  | { readonly state: 'failed'; readonly reason: string };

const SAMPLES = 2;

async function build(tf: TensorFlowWithLayers, constructions: LayerConstructions, file: string): Promise<Built> {
  try {
    const exports = (await import(pathToFileURL(file).href)) as Record<string, unknown>;
    const noData = (): Promise<never> => Promise.reject(new Error('these models need no data'));
    const model = await exportedModel(tf, file, exports, { exportName: null, facts: noData });
    const inputs = () => model.inputs.map(({ shape }) => tf.zeros([SAMPLES, ...(shape.slice(1) as number[])]));
    const outputs = [model.predict(inputs())].flat();
    const { layers } = traceModel(tf, model, inputs);
    const position = (layer: Model['layers'][number]) => callerIn(constructions.siteOf(layer) ?? []);
    return {
      state: 'built',
      layers: describeLayers(layers, position),
      outputShapes: outputs.map(({ shape }) => shape),
      parameters: model.countParams(),
    };
  } catch (error) {
    return { state: 'failed', reason: error instanceof Error ? error.message : String(error) };
  }
}

async function main(files: readonly string[]): Promise<void> {
  const [first = __filename] = files;
  // The one that the files themselves resolve.
  const tf = createRequire(first)('@tensorflow/tfjs') as TensorFlowWithLayers;
  const constructions = watchLayerConstruction(
    tf,
    (file) => file === __filename,
    () => null,
  );
  const built: Built[] = [];
  for (const file of files) built.push(await build(tf, constructions, file));
  process.stdout.write(JSON.stringify(built));
}

void main(process.argv.slice(2));
