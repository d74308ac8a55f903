/** The environment of the training script: the person's, without what VS Code puts into its own processes. */

/** Variables that tell Electron and VS Code's processes what they are; a script of the person's is neither. */
const OF_THE_EDITOR = /^(?:VSCODE_|ELECTRON_)/;

export function scriptEnvironment(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(environment).filter(([name]) => !OF_THE_EDITOR.test(name)));
}
