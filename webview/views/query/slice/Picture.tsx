/** One picture of a stack on a canvas: ink in a colour of the theme, or its own colours. */
import type { VNode } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import type { PictureStack } from '../../../../src/protocol/viewer.js';
import { pixelsOf } from '../../../marks/pictures.js';
import { themeColour, themeVersion } from '../../../theme/theme.js';

export interface PictureProps {
  readonly stack: PictureStack;
  readonly index: number;
  readonly range: 'own' | 'shared';
  readonly ink: '--c-accent' | '--c-text';
  /** Pixels of the screen. */
  readonly size: number;
}

export function Picture({ stack, index, range, ink, size }: PictureProps): VNode {
  const canvas = useRef<HTMLCanvasElement>(null);
  const theme = themeVersion.value;
  useLayoutEffect(() => {
    const element = canvas.current;
    if (element) element.classList.toggle('no-value', !paintPicture(element, { stack, index, range, ink }));
  }, [stack, index, range, ink, theme]);
  const width = stack.width >= stack.height ? size : Math.max(4, (size * stack.width) / stack.height);
  const height = stack.height >= stack.width ? size : Math.max(4, (size * stack.height) / stack.width);
  return (
    <canvas
      ref={canvas}
      class="picture"
      width={stack.width}
      height={stack.height}
      style={{ width: `${width}px`, height: `${height}px` }}
      aria-hidden="true"
    />
  );
}

/** On a canvas of the stack's width and height; false where the picture has no value. */
export function paintPicture(
  canvas: HTMLCanvasElement,
  { stack, index, range, ink }: Omit<PictureProps, 'size'>,
): boolean {
  const pixels = pixelsOf(stack, index, range, themeColour(ink));
  const paint = canvas.getContext('2d');
  paint?.clearRect(0, 0, stack.width, stack.height);
  if (pixels) paint?.putImageData(new ImageData(pixels, stack.width, stack.height), 0, 0);
  return pixels !== null;
}
