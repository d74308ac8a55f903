/**
 * Loaded before a script, recorded or not: seeds Math.random, and when the process ends writes down what the
 * script computed to the last bit – every variable of TensorFlow.js, what was printed, how much was random.
 */
const { createHash } = require('node:crypto');
const { writeFileSync } = require('node:fs');
const { format } = require('node:util');
const { isMainThread } = require('node:worker_threads');

function bitsOf(variable) {
  const values = variable.dataSync();
  return createHash('sha256')
    .update(Buffer.from(values.buffer, values.byteOffset, values.byteLength))
    .digest('hex');
}

function watch(file) {
  let state = 12345;
  let randomCalls = 0;
  const said = [];
  const log = console.log;
  Math.random = () => {
    randomCalls++;
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
  console.log = (...texts) => {
    said.push(format(...texts));
    log(...texts);
  };
  process.on('exit', (exitCode) => {
    const { registeredVariables, numTensors } = globalThis._tfengine.state;
    const variables = Object.values(registeredVariables).map((variable) => [
      variable.name,
      variable.shape,
      bitsOf(variable),
    ]);
    writeFileSync(file, JSON.stringify({ exitCode, randomCalls, numTensors, said, variables }));
  });
}

if (isMainThread && process.env.WITNESS_FILE) watch(process.env.WITNESS_FILE);
