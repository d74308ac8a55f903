import { images } from '../data';
import { Classifier } from './classifier';

async function main(): Promise<void> {
  const { xs, ys } = images(48, 3);
  const classifier = new Classifier({ filters: 4, classes: 3 }).build();
  const history = await classifier.train(xs, ys, 2);
  console.log(JSON.stringify(history.history));
}

main().catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});
