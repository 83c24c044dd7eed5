/**
 * A small router for what is asked of the chain over HTTP. Who asks is a stranger: bodies are bounded before they are read, read before they are
 * believed, and whatever is wrong with them is an answer with a status and a reason.
 */
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { type JsonValue, parseJson, toJson } from '../json.ts';
import { Undecodable } from './undecodable.ts';

/** The most bytes of a body. */
const longestBody = 65_536;
/** POSTs under way at once, of all who ask: 16 MiB of bodies at most. */
const mostPosts = 256;

/** Something asked that is answered with a status other than 200. */
export class NotAnswered extends Error {
  readonly status: number;

  constructor(status: number, reason: string) {
    super(reason);
    this.status = status;
  }
}

/** What is asked. */
export interface Asked {
  /** What stands in the path for the route's `:name`; empty where it has none. */
  readonly name: string;
  readonly query: URLSearchParams;
  /** The JSON of a POST; `null` of a GET. */
  readonly body: JsonValue;
}

/** One thing that can be asked. */
export interface Route {
  readonly method: 'GET' | 'POST';
  /** Segments; one of them may be `:name`. */
  readonly path: string;
  /** @throws NotAnswered, Undecodable */
  readonly answer: (asked: Asked) => object | Promise<object>;
}

const headers = { 'content-type': 'application/json', 'access-control-allow-origin': '*' };

/** To a HEAD the body is not sent, but its length is. */
function reply(response: ServerResponse, status: number, body: object): void {
  const text = `${toJson(body)}\n`;
  response.writeHead(status, { ...headers, 'content-length': Buffer.byteLength(text) }).end(text);
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** What a path has where the route has `:name`, or `undefined` where it is another path. */
function nameIn(route: readonly string[], path: readonly string[]): string | undefined {
  if (route.length !== path.length) return undefined;
  let name = '';
  for (const [at, segment] of route.entries()) {
    if (segment === ':name') name = decoded(path[at] ?? '');
    else if (segment !== path[at]) return undefined;
  }
  return name;
}

/** The whole body. Of too long a one the rest is thrown away, so that its sender hears the answer, and cut off where there is no end to it. */
const textOf = (request: IncomingMessage): Promise<string> =>
  new Promise((resolve, reject) => {
    const parts: Buffer[] = [];
    let length = 0;
    request.on('data', (part: Buffer) => {
      length += part.length;
      if (length <= longestBody) parts.push(part);
      else reject(new NotAnswered(413, `The body is longer than ${longestBody} bytes.`));
      if (length > 16 * longestBody) request.destroy();
    });
    request.on('end', () => resolve(Buffer.concat(parts).toString()));
    // Nobody hears that answer: the connection is gone.
    const gone = () => reject(new NotAnswered(400, 'The body was broken off.'));
    request.on('error', gone).on('close', gone);
  });

async function bodyOf(request: IncomingMessage): Promise<JsonValue> {
  const text = await textOf(request);
  try {
    return parseJson(text);
  } catch {
    throw new NotAnswered(400, 'The body is not JSON.');
  }
}

function refuse(response: ServerResponse, error: unknown): void {
  if (error instanceof NotAnswered) reply(response, error.status, { reason: error.message });
  else if (error instanceof Undecodable) reply(response, 400, { reason: error.message });
  else reply(response, 500, { reason: 'The chain cannot answer now.' });
}

/**
 * Answers what the routes say, and passes on what none of them is about.
 *
 * @param report is told of what no stranger can be blamed for
 */
export function routed(
  routes: readonly Route[],
  report: (error: unknown) => void,
  other: RequestListener,
): RequestListener {
  const known = routes.map((route) => ({ ...route, segments: route.path.split('/') }));
  let posts = 0;
  const answer = async (request: IncomingMessage, route: Route, name: string, query: string): Promise<object> => {
    const asked = { name, query: new URLSearchParams(query), body: null };
    if (route.method === 'GET') return route.answer(asked);
    if (posts >= mostPosts) throw new NotAnswered(503, 'Too much is posted at once.');
    posts += 1;
    try {
      return await route.answer({ ...asked, body: await bodyOf(request) });
    } finally {
      posts -= 1;
    }
  };
  return (request, response) => {
    const [path = '', query = ''] = (request.url ?? '').split('?');
    const segments = path.split('/');
    const there = known.flatMap((route) => {
      const name = nameIn(route.segments, segments);
      return name === undefined ? [] : [{ ...route, name }];
    });
    if (there.length === 0) {
      other(request, response);
      return;
    }
    const methods = there.flatMap(({ method }) => (method === 'GET' ? ['GET', 'HEAD'] : [method])).join(', ');
    const asked = request.method === 'HEAD' ? 'GET' : request.method;
    const route = there.find(({ method }) => method === asked);
    if (route !== undefined) {
      answer(request, route, route.name, query)
        .then((body) => reply(response, 200, body))
        .catch((error: unknown) => {
          refuse(response, error);
          if (!(error instanceof NotAnswered || error instanceof Undecodable)) report(error);
        });
    } else if (request.method === 'OPTIONS') {
      // A browser asks before it posts.
      const allowed = { 'access-control-allow-methods': methods, 'access-control-allow-headers': '*' };
      response.writeHead(204, { ...headers, ...allowed }).end();
    } else {
      response.setHeader('allow', methods);
      reply(response, 405, { reason: `It is asked with ${methods}.` });
    }
  };
}
