// The host suites in a VS Code that @vscode/test-electron downloads: `node test/electron.mjs [version]`.
// For people with a network; `npm test` runs the same suites without one.
import { runTests } from '@vscode/test-electron';
import { resolve } from 'node:path';
import { buildHostSuites } from './host/build.mjs';
import { makeHostWorkspace } from './host/workspace.mjs';

const suites = await buildHostSuites();
const workspace = await makeHostWorkspace();
try {
  process.exitCode = await runTests({
    version: process.argv[2] ?? 'stable',
    extensionDevelopmentPath: resolve('.'),
    extensionTestsPath: suites,
    launchArgs: [workspace.folder, '--disable-extensions', '--disable-workspace-trust'],
  });
} finally {
  await workspace.remove();
}
