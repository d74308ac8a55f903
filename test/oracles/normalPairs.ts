/**
 * Correlated normal pairs, whose information is known: −½ log2(1 − ρ²) bits. What the estimators find over a
 * grid of ρ, and what they tend to with ever more samples.
 */
import { kernelDensityBounds } from '../../src/analysis/measures/layerMutualInformation.js';
import { ksg } from '../../src/analysis/measures/nearestNeighbourMutualInformation.js';
import { fillStandardNormal } from '../../src/analysis/measures/standardNormal.js';

const GRID = [0, 0.3, 0.6, 0.9, 0.99] as const;
export const SAMPLES = 400;
export const DRAWS = 40;

export interface GridRow {
  readonly rho: number;
  readonly truth: number;
  readonly ksg: { readonly mean: number; readonly standardError: number };
  /** Null for ρ = 0, which would need noise without end. */
  readonly kde: {
    readonly lower: number;
    readonly upper: number;
    /** What the bounds are for N without end. */
    readonly lowerLimit: number;
    readonly upperLimit: number;
  } | null;
}

export function gridRows(): GridRow[] {
  return GRID.map((rho) => ({
    ...{ rho, truth: informationOf(rho) },
    ksg: momentsOf(Array.from({ length: DRAWS }, (_, draw) => ksgOf(rho, draw))),
    kde: rho === 0 ? null : kdeOf(rho),
  }));
}

function informationOf(rho: number): number {
  return Math.max(0, -0.5 * Math.log2(1 - rho * rho));
}

function normal(count: number, seed: number): Float32Array {
  const values = new Float32Array(count);
  fillStandardNormal(values, seed);
  return values;
}

function ksgOf(rho: number, draw: number): number {
  const noise = normal(2 * SAMPLES, draw + 1);
  const x = Float64Array.from(noise.subarray(0, SAMPLES));
  return ksg(
    x,
    Float64Array.from(x, (value, i) => rho * value + Math.sqrt(1 - rho * rho) * noise[SAMPLES + i]),
  );
}

function momentsOf(values: readonly number[]): GridRow['ksg'] {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1);
  return { mean, standardError: Math.sqrt(variance / values.length) };
}

/** X standard normal, T = X + noise of variance σ² with ρ² = 1/(1 + σ²); the mean of the draws. */
function kdeOf(rho: number): NonNullable<GridRow['kde']> {
  const noise = 1 / (rho * rho) - 1;
  const draws = Array.from({ length: DRAWS }, (_, draw) =>
    kernelDensityBounds(normal(SAMPLES, draw + 1), SAMPLES, 1, null, noise),
  );
  const mean = (side: 'lower' | 'upper') => draws.reduce((sum, one) => sum + one[side].withInput, 0) / DRAWS;
  return { lower: mean('lower'), upper: mean('upper'), lowerLimit: limit(4 * noise), upperLimit: limit(noise) };
}

/** −E_x log2 E_y exp(−(x − y)²/(2 s)) of independent standard normal x and y. */
function limit(s: number): number {
  return 0.5 * Math.log2((s + 1) / s) + 1 / (2 * (s + 1) * Math.LN2);
}
