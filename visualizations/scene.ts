/**
 * The shapes of a picture and how they are written as SVG. It must never know what a shape means: that is the business of `parts.ts`.
 */
import { type TextStyle, widthOf } from './text.ts';

export type Shape =
  /** `y` is the baseline. */
  | { readonly kind: 'text'; readonly x: number; readonly y: number; readonly text: string; readonly style: TextStyle }
  | ({ readonly kind: 'rect'; readonly radius: number; readonly role: string } & Box)
  | { readonly kind: 'path'; readonly x: number; readonly y: number; readonly d: string; readonly role: string }
  | {
      readonly kind: 'group';
      readonly x: number;
      readonly y: number;
      readonly role: string;
      /** What a live page finds the group by: `data-id` and so on. */
      readonly data?: Readonly<Record<string, string>>;
      /** Read out, and shown when the pointer rests on it. */
      readonly title?: string | undefined;
      readonly shapes: readonly Shape[];
    };

export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Shapes with the room that they take, from their own origin. */
export interface Block {
  readonly width: number;
  readonly height: number;
  readonly shapes: readonly Shape[];
}

/** The same shapes elsewhere. */
export function moved(block: Block, x: number, y: number, role = 'at'): Shape {
  return { kind: 'group', x, y, role, shapes: block.shapes };
}

/** Writes shapes, one element to a line. */
export function markup(shapes: readonly Shape[], indent = '  '): string {
  return shapes.map((shape) => element(shape, indent)).join('');
}

function element(shape: Shape, indent: string): string {
  switch (shape.kind) {
    case 'text': {
      const width = widthOf(shape.text, shape.style);
      return `${indent}<text class="sw-${shape.style}" x="${n(shape.x)}" y="${n(shape.y)}" textLength="${n(width)}" lengthAdjust="spacingAndGlyphs">${escaped(shape.text)}</text>\n`;
    }
    case 'rect':
      return `${indent}<rect class="${classes(shape.role)}" x="${n(shape.x)}" y="${n(shape.y)}" width="${n(shape.width)}" height="${n(shape.height)}" rx="${n(shape.radius)}"/>\n`;
    case 'path':
      return `${indent}<path class="${classes(shape.role)}"${offset(shape)} d="${shape.d}"/>\n`;
    case 'group': {
      const data = Object.entries(shape.data ?? {}).map(([name, value]) => ` data-${name}="${escaped(value)}"`);
      const title = shape.title === undefined ? '' : `${indent}  <title>${escaped(shape.title)}</title>\n`;
      return `${indent}<g class="${classes(shape.role)}"${data.join('')}${offset(shape)}>\n${title}${markup(shape.shapes, `${indent}  `)}${indent}</g>\n`;
    }
  }
}

/** A line through points, its corners rounded. */
export function roundedPath(points: readonly Point[], radius: number): string {
  const parts: string[] = [];
  points.forEach((point, index) => {
    const before = points[index - 1];
    const after = points[index + 1];
    if (!before) parts.push(`M${n(point.x)} ${n(point.y)}`);
    else if (!after) parts.push(`L${n(point.x)} ${n(point.y)}`);
    else {
      const reach = Math.min(radius, distance(before, point) / 2, distance(point, after) / 2);
      const into = towards(point, before, reach);
      const out = towards(point, after, reach);
      parts.push(`L${n(into.x)} ${n(into.y)}Q${n(point.x)} ${n(point.y)} ${n(out.x)} ${n(out.y)}`);
    }
  });
  return parts.join('');
}

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** The point at a distance from one point on the way to another. */
export function towards(from: Point, to: Point, reach: number): Point {
  const length = distance(from, to) || 1;
  return { x: from.x + ((to.x - from.x) * reach) / length, y: from.y + ((to.y - from.y) * reach) / length };
}

function distance(a: Point, b: Point): number {
  return Math.hypot(a.x - b.x, a.y - b.y);
}

/** A number in the file: at most one decimal, so that no platform's last bit shows. */
export function n(value: number): string {
  return String(Math.round(value * 10) / 10 + 0);
}

export function escaped(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;');
}

function classes(role: string): string {
  return role
    .split(' ')
    .map((name) => `sw-${name}`)
    .join(' ');
}

function offset({ x, y }: Point): string {
  return x === 0 && y === 0 ? '' : ` transform="translate(${n(x)} ${n(y)})"`;
}
