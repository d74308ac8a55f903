// Mocha's readable report on the console and its JSON in a file, both from one run. The JSON also has how long hooks
// took (what tests share is often what takes long) and how many tests --grep left out.
import Mocha from 'mocha';

export default class ReadableAndJson extends Mocha.reporters.Spec {
  constructor(runner, options) {
    super(runner, options);
    runner.stats.hooks = [];
    runner.once('start', () => {
      runner.stats.leftOut = runner.suite.total() - runner.total;
    });
    runner.on('hook end', (hook) => {
      runner.stats.hooks.push({ fullTitle: hook.fullTitle(), duration: hook.duration });
    });
    new Mocha.reporters.JSON(runner, options);
  }
}
