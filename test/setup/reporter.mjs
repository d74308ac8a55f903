// Mocha's readable report on the console and its JSON in a file, both from one run.
import Mocha from 'mocha';

export default class ReadableAndJson extends Mocha.reporters.Spec {
  constructor(runner, options) {
    super(runner, options);
    new Mocha.reporters.JSON(runner, options);
  }
}
