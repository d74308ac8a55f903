/**
 * The sizes of a 2-D convolution or pooling, worked out by TensorFlow.js itself from a kernel's attributes,
 * and the walk over its windows that the gradients share. Everything here is in channelsLast order.
 */
import type { backend_util } from '@tensorflow/tfjs-core';
import type { Attributes, TensorFlow } from './engineTypes.js';

export type Geometry = backend_util.Conv2DInfo;

type Shape4D = [number, number, number, number];

/** The attributes of convolutions and poolings, as their gradient kernels are given them. */
interface WindowAttributes {
  readonly strides: number | [number, number];
  readonly pad: 'valid' | 'same' | number | backend_util.ExplicitPadding;
  readonly dilations?: number | [number, number];
  readonly filterSize?: number | [number, number];
  readonly dimRoundingMode?: 'floor' | 'round' | 'ceil';
}

/** `inputShape` is (batch, y, x, channel), `filterShape` (y, x, in, out), or (y, x, in, multiplier) if depthwise. */
export function convolutionGeometry(
  tf: TensorFlow,
  inputShape: readonly number[],
  filterShape: readonly number[],
  attrs: Attributes,
  depthwise = false,
): Geometry {
  const { strides, pad, dilations, dimRoundingMode } = attrs as unknown as WindowAttributes;
  const [input, filter] = [inputShape as Shape4D, filterShape as Shape4D];
  return tf.backend_util.computeConv2DInfo(input, filter, strides, dilations ?? 1, pad, dimRoundingMode, depthwise);
}

export function poolingGeometry(tf: TensorFlow, inputShape: readonly number[], attrs: Attributes): Geometry {
  const { filterSize, strides, pad, dimRoundingMode } = attrs as unknown as WindowAttributes;
  return tf.backend_util.computePool2DInfo(inputShape as Shape4D, filterSize ?? 1, strides, 1, pad, dimRoundingMode);
}

/** Whether there are as many windows as output positions: TensorFlow.js counts with one stride for both axes. */
export function fillsOutput(g: Geometry): boolean {
  const { top, bottom, left, right } = g.padInfo;
  const rows = Math.floor((g.inHeight + top + bottom - g.effectiveFilterHeight) / g.strideHeight) + 1;
  const columns = Math.floor((g.inWidth + left + right - g.effectiveFilterWidth) / g.strideWidth) + 1;
  return rows === g.outHeight && columns === g.outWidth;
}

/** One axis of a window: the part of it that lies inside the input. */
export interface Span {
  /** First tap of the filter that falls inside, and the first that does not. */
  readonly firstTap: number;
  readonly endTap: number;
  /** Input position of tap 0; may be negative. */
  readonly origin: number;
}

/** The spans of all output positions along one axis. Lengths in input positions; taps lie `dilation` apart. */
function spans(axis: {
  outLength: number;
  inLength: number;
  stride: number;
  padBefore: number;
  taps: number;
  dilation: number;
}): Span[] {
  const { outLength, inLength, stride, padBefore, taps, dilation } = axis;
  return Array.from({ length: outLength }, (_, out) => {
    const origin = out * stride - padBefore;
    const firstTap = Math.max(0, Math.ceil(-origin / dilation));
    const endTap = Math.min(taps, Math.ceil((inLength - origin) / dilation));
    return { firstTap, endTap, origin };
  });
}

function rowSpans(g: Geometry): Span[] {
  return spans({
    outLength: g.outHeight,
    inLength: g.inHeight,
    stride: g.strideHeight,
    padBefore: g.padInfo.top,
    taps: g.filterHeight,
    dilation: g.dilationHeight,
  });
}

function columnSpans(g: Geometry): Span[] {
  return spans({
    outLength: g.outWidth,
    inLength: g.inWidth,
    stride: g.strideWidth,
    padBefore: g.padInfo.left,
    taps: g.filterWidth,
    dilation: g.dilationWidth,
  });
}

/** Calls `visit` for every window: the offset of its first output value, and its two spans. */
export function forEachWindow(
  g: Geometry,
  visit: (outOffset: number, imageOffset: number, rows: Span, columns: Span) => void,
): void {
  const [rows, columns] = [rowSpans(g), columnSpans(g)];
  const imageLength = g.inHeight * g.inWidth * g.inChannels;
  let outOffset = 0;
  for (let image = 0; image < g.batchSize; image++) {
    for (const row of rows) {
      for (const column of columns) {
        visit(outOffset, image * imageLength, row, column);
        outOffset += g.outChannels;
      }
    }
  }
}

/**
 * Calls `visit` for every tap of every window that falls inside the input, windows in order and taps in
 * order: offset of the window's first output value, of the tap's first input value, and the tap's number.
 */
export function forEachTap(g: Geometry, visit: (outOffset: number, inOffset: number, tap: number) => void): void {
  forEachWindow(g, (outOffset, imageOffset, rows, columns) => {
    for (let r = rows.firstTap; r < rows.endTap; r++) {
      const y = rows.origin + r * g.dilationHeight;
      for (let c = columns.firstTap; c < columns.endTap; c++) {
        const x = columns.origin + c * g.dilationWidth;
        visit(outOffset, imageOffset + (y * g.inWidth + x) * g.inChannels, r * g.filterWidth + c);
      }
    }
  });
}
