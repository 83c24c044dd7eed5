/** Shows for the tests of the content, a server for them, and what a test wants to know of an error. */

import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sealBoxes } from '../../../src/streaming/content/boxes.ts';
import { sealSegment } from '../../../src/streaming/content/hls.ts';
import type { SealedPart } from '../../../src/streaming/content/manifest.ts';
import { contentRoutes } from '../../../src/streaming/content/routes.ts';
import { memoryShow, type Show } from '../../../src/streaming/content/show.ts';

export async function* chunks(...pieces: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* pieces;
}

export async function collect<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const all: Item[] = [];
  for await (const item of items) all.push(item);
  return all;
}

export const joined = async (pieces: AsyncIterable<Uint8Array>): Promise<Uint8Array> =>
  Uint8Array.from(Buffer.concat(await collect(pieces)));

/** Bytes that are easy to tell from others: 0, 1, 2, … */
export const counting = (length: number): Uint8Array => Uint8Array.from({ length }, (_, n) => n % 251);

/** The bytes of `counting` in boxes. */
export const boxesShow = async (length = 1_000, partBytes = 100): Promise<Show> =>
  memoryShow('clip', await collect(sealBoxes(chunks(counting(length)), { partBytes })));

/** Segments of `counting`, two seconds each, and an initialization section. */
export async function hlsShow(segments = 4): Promise<Show> {
  const parts: SealedPart[] = [];
  for (let n = 0; n < segments; n += 1) parts.push(await sealSegment(counting(300 + n), 2_000));
  return memoryShow('clip', parts, counting(40));
}

/** The name and code of what a promise rejects with. */
export const blame = (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => 'nothing',
    (error) => `${error.name} ${error.code ?? error.message}`,
  );

/** Servers and folders for the tests of a file; gone after each test. */
export function useWorld() {
  const endings: (() => Promise<unknown>)[] = [];
  afterEach(async () => {
    for (const end of endings.splice(0).reverse()) await end();
  });
  const listen = async (listener: RequestListener): Promise<string> => {
    const server = createServer(listener);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    endings.push(() => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(resolve));
    });
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  };
  return {
    listen,
    /** The address of the folder of a show. */
    serve: async (show: Show): Promise<string> => {
      const routes = contentRoutes((stream) => (stream === show.manifest.stream ? show : undefined));
      const url = await listen((request, response) => {
        if (!routes(request, response)) response.writeHead(418).end();
      });
      return `${url}${show.manifest.stream}/`;
    },
    folder: async (): Promise<string> => {
      const path = await mkdtemp(join(tmpdir(), 'statewire-content-'));
      endings.push(() => rm(path, { recursive: true }));
      return path;
    },
  };
}
