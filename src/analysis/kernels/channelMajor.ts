/** Moves channels in front of space: (sample, y·x, channel) → (sample, channel, y·x), float32. */

const TILE: i32 = 32;

/** Samples [0, sampleCount) from `source` to `target`, which do not overlap. */
export function toChannelMajor(source: usize, target: usize, sampleCount: i32, length: i32, channelCount: i32): void {
  const bytes = <usize>length * channelCount * 4;
  for (let sample = 0; sample < sampleCount; sample++) {
    transpose(source + sample * bytes, target + sample * bytes, length, channelCount);
  }
}

/** (rows, columns) → (columns, rows) by tiles, so that both sides stay in the first cache. */
function transpose(source: usize, target: usize, rows: i32, columns: i32): void {
  for (let row = 0; row < rows; row += TILE) {
    const rowEnd = min(row + TILE, rows);
    for (let column = 0; column < columns; column += TILE) {
      transposeTile(source, target, rows, columns, row, rowEnd, column, min(column + TILE, columns));
    }
  }
}

function transposeTile(
  source: usize,
  target: usize,
  rows: i32,
  columns: i32,
  rowFrom: i32,
  rowTo: i32,
  columnFrom: i32,
  columnTo: i32,
): void {
  const stride = <usize>columns * 4;
  const targetStride = <usize>rows * 4;
  let row = rowFrom;
  for (; row + 4 <= rowTo; row += 4) {
    let column = columnFrom;
    for (; column + 4 <= columnTo; column += 4) {
      const from = source + row * stride + column * 4;
      const to = target + column * targetStride + row * 4;
      transpose4(from, stride, to, targetStride);
    }
    for (; column < columnTo; column++) {
      for (let r = row; r < row + 4; r++) move(source, stride, target, targetStride, r, column);
    }
  }
  for (; row < rowTo; row++) {
    for (let column = columnFrom; column < columnTo; column++) move(source, stride, target, targetStride, row, column);
  }
}

function move(source: usize, stride: usize, target: usize, targetStride: usize, row: i32, column: i32): void {
  store<f32>(target + column * targetStride + row * 4, load<f32>(source + row * stride + column * 4));
}

function transpose4(from: usize, stride: usize, to: usize, targetStride: usize): void {
  const a = v128.load(from);
  const b = v128.load(from + stride);
  const c = v128.load(from + 2 * stride);
  const d = v128.load(from + 3 * stride);
  const ab0 = v128.shuffle<f32>(a, b, 0, 4, 1, 5);
  const ab1 = v128.shuffle<f32>(a, b, 2, 6, 3, 7);
  const cd0 = v128.shuffle<f32>(c, d, 0, 4, 1, 5);
  const cd1 = v128.shuffle<f32>(c, d, 2, 6, 3, 7);
  v128.store(to, v128.shuffle<f64>(ab0, cd0, 0, 2));
  v128.store(to + targetStride, v128.shuffle<f64>(ab0, cd0, 1, 3));
  v128.store(to + 2 * targetStride, v128.shuffle<f64>(ab1, cd1, 0, 2));
  v128.store(to + 3 * targetStride, v128.shuffle<f64>(ab1, cd1, 1, 3));
}
