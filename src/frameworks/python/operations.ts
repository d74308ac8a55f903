/** What a Python script's layers and functions are called, and which class of the framework decides what they compute. */
import type { LayerKind } from '../../protocol/run.js';
import { pythonClass } from './pythonLayers.js';

export type PythonFramework = 'keras' | 'pytorch';

const FUNCTIONS: Readonly<Partial<Record<LayerKind, string>>> = {
  conv: 'conv conv1d conv2d conv3d conv_transpose conv_transpose1d conv_transpose2d conv_transpose3d depthwise_conv separable_conv',
  pool: 'max_pool max_pool1d max_pool2d max_pool3d avg_pool average_pool avg_pool1d avg_pool2d avg_pool3d adaptive_avg_pool1d adaptive_avg_pool2d adaptive_avg_pool3d adaptive_max_pool1d adaptive_max_pool2d adaptive_max_pool3d lp_pool1d lp_pool2d lp_pool3d fractional_max_pool2d fractional_max_pool3d max_unpool1d max_unpool2d max_unpool3d mean amax',
  normalization: 'batch_norm layer_norm group_norm instance_norm local_response_norm rms_norm normalize',
  activation:
    'relu relu6 leaky_relu prelu rrelu elu selu celu gelu silu swish mish hardtanh hard_tanh hardswish hard_swish hard_silu hardsigmoid hard_sigmoid sigmoid logsigmoid log_sigmoid tanh softmax log_softmax softmin softplus softsign soft_sign tanhshrink tanh_shrink softshrink soft_shrink hardshrink hard_shrink threshold glu',
  dropout: 'dropout dropout1d dropout2d dropout3d alpha_dropout feature_dropout feature_alpha_dropout',
  reshape:
    'flatten ravel view reshape view_as reshape_as unflatten permute transpose swapaxes swapdims movedim moveaxis squeeze unsqueeze expand_dims expand broadcast_to repeat tile pad interpolate upsample pixel_shuffle pixel_unshuffle getitem narrow chunk split unbind select slice get_item roll flip rot90 contiguous clone',
  dense: 'linear bilinear',
  merge:
    'add sub subtract rsub mul multiply div divide true_divide truediv cat concat concatenate stack maximum minimum average dot matmul bmm einsum',
};

const KIND_OF_FUNCTION = new Map(
  Object.entries(FUNCTIONS).flatMap(([kind, names]) =>
    names.split(' ').map((name): [string, LayerKind] => [name, kind as LayerKind]),
  ),
);

/** Several spellings of one function: "torch.Tensor.add_", "__iadd__" and "add". */
export function functionName(name: string): string {
  const bare = (name.split('.').pop() ?? '').replace(/^_+|_+$/g, '');
  if (!/^__/.test(name)) return bare;
  return KIND_OF_FUNCTION.has(bare) ? bare : bare.replace(/^[ir](?=\w)/, '');
}

/** The kind of layer that a call of this function is; undefined: none that is recorded. */
export function functionKind(name: string): LayerKind | undefined {
  return KIND_OF_FUNCTION.get(functionName(name));
}

const FUNCTION_PATH =
  /^(?:torch(?:\.nn\.functional|\.special)?|(?:tensorflow\.)?keras\.(?:ops|activations)|keras\.src\.ops)\.([a-z]\w*)$/;

/** The function of layers that a full path names: "relu" of "torch.nn.functional.relu"; undefined: none. */
export function layerFunction(path: string): string | undefined {
  const name = FUNCTION_PATH.exec(path)?.[1];
  return name !== undefined && functionKind(name) !== undefined ? functionName(name) : undefined;
}

/** What operators are called where they are recorded. */
export const OPERATORS: Readonly<Record<string, string>> = {
  '+': 'add',
  '-': 'sub',
  '*': 'mul',
  '/': 'div',
  '@': 'matmul',
};

/** Names that a recording may have for one operation. */
const SYNONYMS: Readonly<Record<string, string>> = {
  truediv: 'div',
  true_divide: 'div',
  divide: 'div',
  rsub: 'sub',
  subtract: 'sub',
  multiply: 'mul',
  concat: 'cat',
  concatenate: 'cat',
};

/** One name for all names of a function, and for Keras' operations, which are classes: "max_pool" of "MaxPool". */
export function canonicalFunction(name: string): string {
  const bare = functionName(/^[A-Z]/.test(name) ? snakeCase(name) : name);
  return SYNONYMS[bare] ?? bare;
}

/** Every name that may be a function of layers. */
export const FUNCTION_NAMES: ReadonlySet<string> = new Set(KIND_OF_FUNCTION.keys());

/** The framework's class among the layer's own and those that it is derived from; null: none. */
export function frameworkClass(framework: PythonFramework, className: string, bases: readonly string[]): string | null {
  return [className, ...bases].find((name) => pythonClass(framework, name) !== undefined) ?? null;
}

export function pythonKind(framework: PythonFramework, className: string, bases: readonly string[]): LayerKind {
  const known = frameworkClass(framework, className, bases);
  if (known !== null) return pythonClass(framework, known)?.kind ?? 'other';
  return KIND_OF_FUNCTION.get(functionName(className)) ?? KIND_OF_FUNCTION.get(snakeCase(className)) ?? 'other';
}

/** The activation function that a layer is: "leaky_relu"; null: none. */
export function pythonActivation(
  framework: PythonFramework,
  className: string,
  bases: readonly string[],
): string | null {
  if (pythonKind(framework, className, bases) !== 'activation') return null;
  const known = frameworkClass(framework, className, bases);
  if (known === null)
    return KIND_OF_FUNCTION.has(functionName(className)) ? functionName(className) : snakeCase(className);
  // Its argument says which.
  return known === 'Activation' ? null : snakeCase(known);
}

/** "LeakyReLU" → "leaky_relu", "LogSoftmax" → "log_softmax", "Hardsigmoid" → "hardsigmoid". */
export function snakeCase(className: string): string {
  return className
    .replace(/(ReL|SiL)U/, (name) => name[0] + name.slice(1).toLowerCase())
    .replace(/([a-z\d])([A-Z])/g, '$1_$2')
    .toLowerCase();
}
