const tf = require('@tensorflow/tfjs-node');
const path = require('path');
const { images } = require('../data');
const model = require('./model');

async function run(epochs, batchSize, modelSavePath) {
  const { xs: trainImages, ys: trainLabels } = images(64, 4);
  model.summary();
  await model.fit(trainImages, trainLabels, { epochs, batchSize, validationSplit: 0.15 });

  const { xs: testImages, ys: testLabels } = images(32, 4);
  const evalOutput = model.evaluate(testImages, testLabels);
  console.log(
    `\nEvaluation result:\n  Loss = ${evalOutput[0].dataSync()[0].toFixed(6)}; Accuracy = ${evalOutput[1].dataSync()[0].toFixed(3)}`,
  );

  await model.save(`file://${path.resolve(modelSavePath)}`);
  const again = await tf.loadLayersModel(`file://${path.resolve(modelSavePath)}/model.json`);
  console.log(Array.from(again.predict(testImages).dataSync()).slice(0, 4).join());
}

const [epochs, batchSize, modelSavePath] = process.argv.slice(2);
run(Number(epochs), Number(batchSize), modelSavePath);
