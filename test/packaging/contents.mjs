// What may and must be inside the package that users install.

const LIMIT_BYTES = 15e6;

export const required = [
  'package.json',
  'package.nls.json',
  'readme.md',
  'changelog.md',
  'LICENSE.txt',
  'dist/ThirdPartyNotices.txt',
  ...[
    'extension.cjs',
    'cli.cjs',
    'recorder.cjs',
    'pythonRecorder.cjs',
    'python/inject/sitecustomize.py',
    'python/cnnslicer_recorder/__init__.py',
    'modelFile.cjs',
    'api.cjs',
    'api.d.ts',
    'analysisWorker.cjs',
    'writerWorker.cjs',
    'package.json',
  ].map((name) => `dist/${name}`),
  ...['wasmBackend.cjs', 'tfjs.cjs', 'tfjs-backend-wasm.wasm', 'tfjs-backend-wasm-simd.wasm'].map(
    (name) => `dist/tfjs/${name}`,
  ),
  ...['', '-javascript', '-typescript', '-tsx', '-python'].map((name) => `dist/tree-sitter/tree-sitter${name}.wasm`),
  ...['begin.js', 'viewer.js', 'viewer.css', 'files.json', 'report.js', 'report.css'].map(
    (name) => `dist/webview/${name}`,
  ),
  'media/icon.png',
  'media/activity.svg',
  ...[
    'train.js',
    'train.ts',
    'train_pytorch.py',
    'train_keras.py',
    'README.md',
    'data/images-idx3-ubyte.gz',
    'data/labels-idx1-ubyte.gz',
  ].map((name) => `examples/digits/${name}`),
];
const forbidden = [/\.node$/, /\.map$/, /(^|\/)(src|test|bench|node_modules)\//, /\.tsx?$/];
/** The example is for people to read, the types are for scripts that import `record`: neither is a source of ours. */
const allowed = ['examples/digits/train.ts', 'dist/api.d.ts'];

/** What is wrong with the package, a sentence each; `built` are the files of dist/, all of which must be inside. */
export function faultsOf(files, byteLength, built = []) {
  const inside = new Set(files.map((file) => file.replace(/^extension\//, '')));
  const missing = [...new Set([...required, ...built])].filter((file) => !inside.has(file));
  return [
    ...(byteLength < LIMIT_BYTES ? [] : [`${byteLength} bytes, the limit is ${LIMIT_BYTES}`]),
    ...missing.map((file) => `${file} is missing`),
    ...(files.some((file) => /dist\/kernels\/.+\.wasm$/.test(file)) ? [] : ['no kernel is in dist/kernels']),
    ...[...inside]
      .filter((file) => !allowed.includes(file) && forbidden.some((pattern) => pattern.test(file)))
      .map((file) => `${file} must not be in it`),
  ];
}

/** Names in a zip archive, from its central directory. */
export function filesInZip(bytes) {
  const end = bytes.lastIndexOf(Buffer.from('PK\x05\x06', 'latin1'));
  const count = bytes.readUInt16LE(end + 10);
  const names = [];
  for (let i = 0, at = bytes.readUInt32LE(end + 16); i < count; i++) {
    const [name, extra, comment] = [28, 30, 32].map((field) => bytes.readUInt16LE(at + field));
    names.push(bytes.toString('utf8', at + 46, at + 46 + name));
    at += 46 + name + extra + comment;
  }
  return names;
}
