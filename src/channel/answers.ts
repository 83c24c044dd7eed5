/** What a node answers over HTTP: of bounded length, and in time, or not at all. */
import { type JsonValue, parseJson } from '../json.ts';
import { readBody } from '../readBody.ts';

export interface Answer {
  readonly status: number;
  /** `undefined` where it is no JSON. */
  readonly body: JsonValue | undefined;
}

/** Bytes; longer than any answer that is asked for here. */
const longest = 1_048_576;
/** Milliseconds for an answer. */
const patience = 10_000;

function read(text: string): JsonValue | undefined {
  try {
    return parseJson(text);
  } catch {
    return undefined;
  }
}

/**
 * Asks a node, or posts a body.
 *
 * @param url the node: `ws://`, `wss://`, `http://` or `https://`; its path is left out
 * @throws PeerMisbehaved `tooLarge`, and what the network throws
 */
export async function answerOf(url: string, path: string, body?: object): Promise<Answer> {
  const response = await fetch(new URL(path, url.replace(/^ws/, 'http')), {
    signal: AbortSignal.timeout(patience),
    ...(body === undefined
      ? {}
      : { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
  });
  return { status: response.status, body: read(new TextDecoder().decode(await readBody(response, longest, path))) };
}
