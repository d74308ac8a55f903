/**
 * A chart as a file. SVG: the element as it is on the screen, its computed styles written into it. PNG:
 * the same marks painted on a canvas, since a page under a strict policy may not load an SVG as an image.
 */
import { pictureCanvas } from './pictureCanvas.js';

/** Styles that the marks use; everything else stays at its default. */
const STYLES = [
  'fill',
  'fill-opacity',
  'stroke',
  'stroke-opacity',
  'stroke-width',
  'stroke-dasharray',
  'stroke-linejoin',
  'stroke-linecap',
  'paint-order',
  'opacity',
  'font-family',
  'font-size',
  'font-weight',
  'text-anchor',
  'dominant-baseline',
] as const;

const NOT_SAVED = '.cursor-only, .unseen';

export function svgText(svg: SVGSVGElement): string {
  const copy = svg.cloneNode(true) as SVGSVGElement;
  const live = svg.querySelectorAll('*');
  copy.querySelectorAll('*').forEach((element, i) => writeStyles(live[i], element));
  writeStyles(svg, copy);
  copy.querySelectorAll(NOT_SAVED).forEach((element) => element.remove());
  for (const name of ['tabindex', 'class', 'aria-label', 'role']) copy.removeAttribute(name);
  copy.setAttribute('xmlns', 'http://www.w3.org/2000/svg');
  const { width, height } = sizeOf(svg);
  copy.setAttribute('viewBox', `0 0 ${width} ${height}`);
  const page = document.createElementNS('http://www.w3.org/2000/svg', 'rect');
  page.setAttribute('width', '100%');
  page.setAttribute('height', '100%');
  page.setAttribute('fill', getComputedStyle(document.body).backgroundColor);
  copy.prepend(page);
  return new XMLSerializer().serializeToString(copy);
}

function writeStyles(from: Element, to: Element): void {
  const styles = getComputedStyle(from);
  for (const name of STYLES) to.setAttribute(name, styles.getPropertyValue(name));
  to.removeAttribute('class');
  to.removeAttribute('style');
}

function sizeOf(svg: SVGSVGElement): { width: number; height: number } {
  return { width: svg.width.baseVal.value, height: svg.height.baseVal.value };
}

/** Base64 of a PNG at `scale` pixels a pixel. */
export async function pngBase64(svg: SVGSVGElement, scale = 2): Promise<string> {
  const { width, height } = sizeOf(svg);
  const { canvas, paint } = pictureCanvas(width, height, scale, getComputedStyle(document.body).backgroundColor);
  for (const child of svg.children) paintElement(child, paint, 1);
  const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/png'));
  if (!blob) throw new Error('the picture is too large for a canvas');
  return base64(new Uint8Array(await blob.arrayBuffer()));
}

function base64(bytes: Uint8Array): string {
  let text = '';
  for (let i = 0; i < bytes.length; i += 0x8000) text += String.fromCharCode(...bytes.subarray(i, i + 0x8000));
  return btoa(text);
}

function paintElement(element: Element, paint: CanvasRenderingContext2D, opacity: number): void {
  if (!(element instanceof SVGGraphicsElement) || element.matches(NOT_SAVED)) return;
  const styles = getComputedStyle(element);
  const own = opacity * Number(styles.opacity);
  paint.save();
  const matrix = element.transform.baseVal.consolidate()?.matrix;
  if (matrix) paint.transform(matrix.a, matrix.b, matrix.c, matrix.d, matrix.e, matrix.f);
  if (element instanceof SVGTextElement) paintText(element, paint, styles, own);
  else if (element instanceof SVGGeometryElement) paintShape(element, paint, styles, own);
  else for (const child of element.children) paintElement(child, paint, own);
  paint.restore();
}

function paintShape(
  element: SVGGeometryElement,
  paint: CanvasRenderingContext2D,
  styles: CSSStyleDeclaration,
  opacity: number,
): void {
  const shape = new Path2D(shapePath(element));
  if (styles.fill !== 'none') {
    paint.globalAlpha = opacity * Number(styles.fillOpacity);
    paint.fillStyle = styles.fill;
    paint.fill(shape);
  }
  if (styles.stroke !== 'none') {
    paint.globalAlpha = opacity * Number(styles.strokeOpacity);
    paint.strokeStyle = styles.stroke;
    paint.lineWidth = parseFloat(styles.strokeWidth);
    paint.lineJoin = 'round';
    paint.setLineDash(styles.strokeDasharray === 'none' ? [] : styles.strokeDasharray.split(/[ ,]+/).map(parseFloat));
    paint.stroke(shape);
  }
}

/** The element's outline as path data. */
function shapePath(element: SVGGeometryElement): string {
  const number = (name: string): number => Number(element.getAttribute(name) ?? 0);
  switch (element.tagName) {
    case 'rect':
      return `M${number('x')},${number('y')}h${number('width')}v${number('height')}h${-number('width')}z`;
    case 'line':
      return `M${number('x1')},${number('y1')}L${number('x2')},${number('y2')}`;
    case 'circle': {
      const radius = number('r');
      const arc = `a${radius},${radius} 0 1 0`;
      return `M${number('cx') - radius},${number('cy')}${arc} ${2 * radius},0${arc} ${-2 * radius},0z`;
    }
    default:
      return element.getAttribute('d') ?? '';
  }
}

/** Runs of one text element follow each other, each in its own weight and colour. */
function paintText(
  element: SVGTextElement,
  paint: CanvasRenderingContext2D,
  styles: CSSStyleDeclaration,
  opacity: number,
): void {
  const runs = element.children.length > 0 ? [...element.children] : [element];
  const fontOf = (one: CSSStyleDeclaration): string => `${one.fontWeight} ${one.fontSize} ${one.fontFamily}`;
  const widths = runs.map((run) => {
    paint.font = fontOf(getComputedStyle(run));
    return paint.measureText(run.textContent ?? '').width;
  });
  const total = widths.reduce((sum, width) => sum + width, 0);
  const shift = styles.textAnchor === 'middle' ? total / 2 : styles.textAnchor === 'end' ? total : 0;
  let x = Number(element.getAttribute('x') ?? 0) - shift;
  const y = Number(element.getAttribute('y') ?? 0);
  runs.forEach((run, i) => {
    const own = getComputedStyle(run);
    x += run === element ? 0 : Number(run.getAttribute('dx') ?? 0);
    paint.font = fontOf(own);
    paint.fillStyle = own.fill;
    paint.globalAlpha = opacity * Number(own.fillOpacity);
    paint.textBaseline = own.dominantBaseline === 'middle' ? 'middle' : 'alphabetic';
    paint.fillText(run.textContent ?? '', x, y);
    x += widths[i];
  });
}
