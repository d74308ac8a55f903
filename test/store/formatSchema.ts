/** docs/recording-format.schema.json: `node --import tsx test/store/formatSchema.ts` writes it. */
import { toJsonSchema } from '@valibot/to-json-schema';
import { writeFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { RunManifest } from '../../src/protocol/run.js';

export const SCHEMA_FILE = 'docs/recording-format.schema.json';

const SCALAR = { type: ['string', 'number', 'boolean', 'null'] };

export function formatSchema(): string {
  const schema = toJsonSchema(RunManifest, {
    target: 'draft-2020-12',
    // Values of a layer's configuration are the only ones that are checked by a function.
    overrideSchema: ({ valibotSchema }) =>
      valibotSchema.type === 'custom' ? ({ anyOf: [SCALAR, { type: 'array', items: SCALAR }] } as never) : undefined,
    overrideAction: ({ valibotAction, jsonSchema }) =>
      valibotAction.type === 'safe_integer' ? { ...jsonSchema, type: 'integer' } : undefined,
  });
  return `${JSON.stringify({ title: 'CNNSlicer run, version 2', ...schema }, null, 2)}\n`;
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) writeFileSync(SCHEMA_FILE, formatSchema());
