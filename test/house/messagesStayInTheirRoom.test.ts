/** The rules of the house: what each room may know and import. */
import { readdir, readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { toClient, toServer } from '../../machines/board/messages.ts';
import { fromNode, toNode } from '../../machines/channel/messages.ts';
import { messages } from '../../machines/relay/messages.ts';
import { toClient as starToClient, toServer as starToServer } from '../../machines/star/messages.ts';
import { toPayee, toPayer } from '../../machines/streaming/messages.ts';

const root = new URL('../../', import.meta.url);

async function sources(...rooms: string[]): Promise<{ readonly file: string; readonly text: string }[]> {
  const files = await Promise.all(
    rooms.map(async (room) =>
      (await readdir(new URL(`${room}/`, root), { recursive: true })).map((file) => `${room}/${file}`),
    ),
  );
  return Promise.all(
    files
      .flat()
      .filter((file) => file.endsWith('.ts'))
      .map(async (file) => ({ file, text: await readFile(fileURLToPath(new URL(file, root)), 'utf8') })),
  );
}

const importsOf = (text: string) =>
  [...text.matchAll(/^(?:import|export)\b[^;]*?from '([^']+)';|import\('([^']+)'\)/gm)].map(
    ([, from, loaded]) => from ?? loaded ?? '',
  );

describe('the house', () => {
  it('names the messages of the relay only in its machines and its wire', async () => {
    const names = new RegExp(`['"\`.](${Object.keys(messages).join('|')})\\b`);
    const strangers = (await sources('src', 'adapters', 'visualizations')).filter(
      ({ file }) => !file.endsWith('relay/wire.ts'),
    );
    expect(strangers.filter(({ text }) => names.test(text)).map(({ file }) => file)).toEqual([]);
  });

  it('names the messages of streaming only in its machines and its wires', async () => {
    // Named as a message is: as the event of one, received or sent. By itself "play" or "close" is a word that anybody may use.
    // "close" is the event of a socket too.
    const names = [...Object.keys(toPayee), ...Object.keys(toPayer)].filter((name) => name !== 'close').join('|');
    const named = new RegExp(`received\\.(${names})\\b|\\bevent['"]?(:| ===| !==) ['"\`](${names})['"\`]`);
    const strangers = (await sources('src', 'adapters', 'visualizations')).filter(
      ({ file }) => !/streaming\/(wire|tontube)\.ts$/.test(file),
    );
    expect(strangers.filter(({ text }) => named.test(text)).map(({ file }) => file)).toEqual([]);
  });

  it('names the messages of the board only in its machines and its wire', async () => {
    const names = [...Object.keys(toClient), ...Object.keys(toServer)].join('|');
    const named = new RegExp(`received\\.(${names})\\b|\\bevent['"]?(:| ===| !==) ['"\`](${names})['"\`]`);
    const strangers = (await sources('src', 'adapters', 'visualizations')).filter(
      ({ file }) => !file.endsWith('board/wire.ts'),
    );
    expect(strangers.filter(({ text }) => named.test(text)).map(({ file }) => file)).toEqual([]);
  });

  it('names the messages of the channel only in its machines and its wires', async () => {
    const names = [...Object.keys(fromNode), ...Object.keys(toNode)].join('|').replaceAll('.', '\\.');
    const named = new RegExp(`received\\.(${names})\\b|\\baction['"]?(:| ===| !==) ['"\`](${names})['"\`]`);
    // The star's wire has names of its own that are the same.
    const strangers = (await sources('src', 'adapters', 'visualizations')).filter(
      ({ file }) => !/channel\/(wire|rpc)\.ts$|star\/wire\.ts$/.test(file),
    );
    expect(strangers.filter(({ text }) => named.test(text)).map(({ file }) => file)).toEqual([]);
  });

  it('names the messages of the star only in its machines and its wires', async () => {
    // "error" is the event of everything, and "abort" is an answer to the channel's node too.
    const names = [...Object.keys(starToClient), ...Object.keys(starToServer)].filter(
      (name) => name !== 'error' && name !== 'abort',
    );
    const alternatives = names.join('|').replaceAll('.', '\\.');
    const named = new RegExp(
      `received\\.(${alternatives})['"\`]|\\bevent['"]?(:| ===| !==) ['"\`](${alternatives})['"\`]|['"\`](ss-|ws-peer)`,
    );
    const strangers = (await sources('src', 'adapters', 'visualizations')).filter(
      ({ file }) => !/star\/(wire|plainWire)\.ts$/.test(file),
    );
    expect(strangers.filter(({ text }) => named.test(text)).map(({ file }) => file)).toEqual([]);
  });

  it('keeps the world out of the machines', async () => {
    const world =
      /\b(Date\.now|new Date|Math\.random|setTimeout|setInterval|Promise|await |async |console\.|process\.|fetch\()/;
    for (const { file, text } of await sources('machines')) {
      const code = text.replaceAll(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '');
      expect({ file, world: world.exec(code)?.[0] }).toEqual({ file, world: undefined });
      for (const name of importsOf(text))
        expect({ file, name: /^(xstate|zod|\.\.?\/)/.test(name) ? 'ok' : name }).toEqual({ file, name: 'ok' });
    }
  });

  it('lets only the composition roots import adapters', async () => {
    const roots = /^src\/(\w+\/(connect|serve)|keys\/index|testing\/index|cli\/\w+)\.ts$/;
    const strangers = (await sources('src')).filter(
      ({ file, text }) => !roots.test(file) && importsOf(text).some((name) => /adapters\/|^#/.test(name)),
    );
    expect(strangers.map(({ file }) => file)).toEqual([]);
  });

  it('lets adapters import interfaces and their library, not roles or sessions', async () => {
    const allowed =
      /^(node:|ws$|xstate$|level$|socket\.io|@ton\/core$|\.\.\/src\/(clock|errors|inbox|inspect|packets?|perIp|random|socketioPackets|signer|store|transport|streaming\/(scheme|settlement|ton))\.ts$)/;
    // One that has several ideas has a file for each, which begins as it does.
    const isPart = (file: string, name: string) => name.startsWith(`./${/^[a-z0-9]+/.exec(basename(file))?.[0]}`);
    for (const { file, text } of await sources('adapters')) {
      expect({ file, strangers: importsOf(text).filter((name) => !allowed.test(name) && !isPart(file, name)) }).toEqual(
        {
          file,
          strangers: [],
        },
      );
    }
  });
});
