/**
 * What must not be seen: fields of a schema marked as secret, and the redaction of everything that leaves the session for a person's eyes
 * (logs, inspector events, recordings). Signing keys never come in at all; this is for what must be in a message but not in a log.
 */
import { z } from 'zod';

const marked = z.registry<{ readonly secret: true }>();

/** Marks a schema's value as secret wherever it occurs as a field. */
export function secret<Schema extends z.ZodType>(schema: Schema): Schema {
  marked.add(schema, { secret: true });
  return schema;
}

/** The names of all fields of these object schemas that are marked as secret. */
export function secretFields(schemas: Iterable<z.ZodObject>): ReadonlySet<string> {
  const names = new Set<string>();
  for (const schema of schemas) {
    for (const [name, field] of Object.entries(schema.shape)) if (marked.has(field)) names.add(name);
  }
  return names;
}

/** A copy of `value` in which every field with one of these names reads `[redacted]`, at any depth. */
export function redact(value: unknown, names: ReadonlySet<string>): unknown {
  if (Array.isArray(value)) return value.map((item) => redact(item, names));
  if (value === null || typeof value !== 'object' || value instanceof Uint8Array) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, field]) => [name, names.has(name) ? '[redacted]' : redact(field, names)]),
  );
}
