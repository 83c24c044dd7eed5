/**
 * How wide a text is, without a browser: boxes are sized from it before anything is drawn.
 *
 * The widths are Inter's, in hundredths of the font size, for the printable ASCII characters. A reader without Inter sees another font
 * of the stack, so every text is drawn with its `textLength`: it must never be wider than what was measured here.
 */

export const fontStack = "Inter, system-ui, -apple-system, 'Segoe UI', sans-serif";

/** The kinds of text that a chart has. Colours are the theme's. */
export const styles = {
  heading: { size: 20, weight: 600 },
  lead: { size: 13, weight: 400 },
  title: { size: 14, weight: 600 },
  final: { size: 14, weight: 600 },
  prose: { size: 11.5, weight: 400 },
  clause: { size: 10.5, weight: 400 },
  tag: { size: 10, weight: 600 },
  keyword: { size: 11, weight: 400 },
  prefix: { size: 12, weight: 400 },
  event: { size: 12, weight: 600 },
  guard: { size: 11.5, weight: 400 },
  tells: { size: 11, weight: 400 },
  keeps: { size: 11, weight: 400 },
  target: { size: 11.5, weight: 600 },
  legend: { size: 11.5, weight: 400 },
} as const;

export type TextStyle = keyof typeof styles;

const regular = [
  28, 29, 47, 63, 64, 98, 64, 30, 36, 36, 50, 66, 29, 46, 29, 36, 63, 41, 61, 62, 65, 59, 62, 57, 62, 62, 29, 30, 66,
  66, 66, 51, 97, 69, 65, 73, 72, 60, 59, 75, 74, 27, 57, 67, 57, 90, 75, 76, 64, 76, 64, 64, 65, 74, 69, 99, 68, 68,
  63, 36, 36, 36, 47, 46, 32, 56, 61, 57, 61, 58, 37, 61, 59, 24, 24, 55, 24, 88, 59, 60, 61, 61, 38, 53, 33, 59, 56,
  82, 55, 56, 55, 43, 33, 43, 66,
];
const bold = [
  25, 32, 52, 64, 65, 100, 66, 33, 37, 37, 54, 67, 32, 47, 32, 38, 66, 42, 62, 64, 67, 61, 64, 58, 64, 64, 32, 33, 67,
  67, 67, 54, 100, 73, 66, 74, 72, 61, 59, 75, 75, 28, 58, 70, 57, 92, 76, 77, 65, 77, 65, 65, 66, 74, 73, 102, 72, 71,
  65, 37, 38, 37, 48, 47, 35, 57, 62, 58, 62, 59, 39, 63, 61, 26, 26, 57, 26, 90, 61, 61, 62, 62, 40, 55, 35, 61, 59,
  84, 57, 59, 57, 45, 36, 45, 67,
];

/** The width of a text in pixels, rounded up to a tenth. */
export function widthOf(text: string, style: TextStyle): number {
  const { size, weight } = styles[style];
  const widths = weight === 600 ? bold : regular;
  let hundredths = 0;
  for (const character of text) hundredths += widths[(character.codePointAt(0) ?? 0) - 32] ?? 100;
  return Math.ceil((hundredths * size) / 10) / 10;
}

/** Breaks a text at its spaces, so that no line is wider than the limit unless one word is. */
export function wrap(text: string, style: TextStyle, limit: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(/\s+/).filter(Boolean)) {
    const last = lines.at(-1);
    const longer = `${last} ${word}`;
    if (last === undefined || widthOf(longer, style) > limit) lines.push(word);
    else lines[lines.length - 1] = longer;
  }
  return lines;
}
