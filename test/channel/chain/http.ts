/** A node whose chain is asked over HTTP. */
import { type ChannelServer, type ChannelServerOptions, channelServer } from '../../../src/channel/serve.ts';
import { parseJson } from '../../../src/json.ts';
import { alice, bob, type Fields, fields } from '../node/world.ts';
import { start } from './dispute.ts';

export interface Answer {
  readonly status: number;
  readonly body: Fields;
  readonly headers: Headers;
}

export interface Asked extends AsyncDisposable {
  readonly server: ChannelServer;
  readonly url: string;
  get(path: string, init?: RequestInit): Promise<Answer>;
  post(path: string, body: unknown): Promise<Answer>;
}

export async function asked(options: Partial<ChannelServerOptions> = {}): Promise<Asked> {
  const accounts = { [alice.modern]: start, [bob.modern]: start };
  const server = await channelServer({ accounts, blockMs: 0, ...options });
  const url = server.url.replace('ws', 'http');
  const get = async (path: string, init: RequestInit = {}): Promise<Answer> => {
    const response = await fetch(`${url}${path}`, init);
    const text = await response.text();
    const isJson = response.headers.get('content-type') === 'application/json' && text !== '';
    return { status: response.status, body: isJson ? fields(parseJson(text)) : { text }, headers: response.headers };
  };
  return {
    server,
    url,
    get,
    post: (path, body) =>
      get(path, {
        method: 'POST',
        body: typeof body === 'string' ? body : JSON.stringify(body),
        headers: { 'content-type': 'application/json' },
      }),
    [Symbol.asyncDispose]: () => server.close(),
  };
}
