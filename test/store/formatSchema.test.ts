/** The JSON schema of the format is that of the types. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { formatSchema, SCHEMA_FILE } from './formatSchema.js';

describe('the JSON schema of the recording format', () => {
  it('is up to date: "node --import tsx test/store/formatSchema.ts" writes it', () => {
    assert.deepEqual(JSON.parse(readFileSync(SCHEMA_FILE, 'utf8')), JSON.parse(formatSchema()));
  });
  it('describes framework, layouts and calls', () => {
    const text = formatSchema();
    for (const member of ['framework', 'layout', 'calledAt', 'askedAt', 'derivedFrom', 'python'])
      assert.ok(text.includes(`"${member}"`), member);
  });
});
