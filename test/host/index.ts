/**
 * The entry that VS Code calls inside the extension host (`extensionTestsPath`). It runs every suite beside
 * it with mocha and writes their results to the file that CNNSLICER_HOST_RESULTS names, since the exit code
 * alone reads as success when the host is killed.
 */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type Mocha from 'mocha';

export async function run(): Promise<void> {
  const { default: MochaRunner } = (await import('mocha')) as { default: typeof Mocha };
  const output = process.env['CNNSLICER_HOST_RESULTS'];
  const mocha = new MochaRunner({
    ui: 'bdd',
    timeout: 400_000,
    ...(output ? { reporter: 'json', reporterOptions: { output } } : { reporter: 'spec', color: true }),
    ...(process.env['CNNSLICER_GREP'] ? { grep: process.env['CNNSLICER_GREP'] } : {}),
  });
  for (const name of readdirSync(__dirname).filter((file) => file.endsWith('.test.cjs')))
    mocha.addFile(join(__dirname, name));
  const failures = await new Promise<number>((resolve) => mocha.run(resolve));
  if (failures > 0) throw new Error(`${failures} host tests failed`);
}
