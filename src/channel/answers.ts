/** What a node answers over HTTP: of bounded length, and in time, or not at all. */
import { ConnectionLost } from '../errors.ts';
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

/** What an error says, and `''` of anything else; errors of another realm are errors too. */
const messageIn = (error: unknown): string =>
  typeof error === 'object' && error !== null && 'message' in error && typeof error.message === 'string'
    ? error.message
    : '';

/** Why: `fetch` itself says only that it has failed, and why stands in its cause. */
function sentenceOf(error: unknown): string {
  const cause: unknown = typeof error === 'object' && error !== null && 'cause' in error ? error.cause : undefined;
  return messageIn(cause) || messageIn(error) || String(error);
}

/**
 * Asks a node, or posts a body.
 *
 * @param url the node: `ws://`, `wss://`, `http://` or `https://`; its path is left out
 * @throws ConnectionLost `noAnswer`; PeerMisbehaved `tooLarge`
 */
export async function answerOf(url: string, path: string, body?: object): Promise<Answer> {
  const asked = new URL(path, url.replace(/^ws/, 'http'));
  const response = await fetch(asked, {
    signal: AbortSignal.timeout(patience),
    ...(body === undefined
      ? {}
      : { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
  }).catch((error: unknown) => {
    throw new ConnectionLost(`No answer from ${asked.origin}: ${sentenceOf(error)}`, {
      code: 'noAnswer',
      cause: error,
    });
  });
  return { status: response.status, body: read(new TextDecoder().decode(await readBody(response, longest, path))) };
}
