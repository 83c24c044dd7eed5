/**
 * A frame as the object that it is, before anything of it is looked at.
 */
import { type JsonValue, parseJson } from '../json.ts';

export type Fields = Readonly<Record<string, JsonValue>>;

export const isObject = (value: JsonValue | undefined): value is Fields =>
  value !== null && typeof value === 'object' && !Array.isArray(value);

/** A number longer than any amount: to read all its digits would take the time of a hundred frames. As a double it is no amount either. */
const endless = /[:,[\s]-?\d{81}/;

/** A frame's object, or what is wrong with it. */
export function objectOf(frame: string | Uint8Array): Fields | 'a binary frame' | 'not an object' | 'not JSON' {
  if (typeof frame !== 'string') return 'a binary frame';
  try {
    const value: JsonValue = endless.test(frame) ? JSON.parse(frame) : parseJson(frame);
    return isObject(value) ? value : 'not an object';
  } catch {
    return 'not JSON';
  }
}
