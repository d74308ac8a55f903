import type { Tensor, Tensor2D, Tensor3D } from '@tensorflow/tfjs';
export function images(count: number, classes: number, shape?: number[]): { labels: number[]; xs: Tensor; ys: Tensor };
export function series(count: number, length: number): { xs: Tensor3D; ys: Tensor2D };
export function table(
  count: number,
  features: number,
): { rows: number[][]; targets: number[][]; xs: Tensor2D; ys: Tensor2D };
