// A process that writes until it is killed. What it says on its output was kept: `<writer> <n>`, where `left/<writer>/<n>` and `right/<writer>/<n>` are one write.
import { LevelStore } from '../../dist/adapters/level.js';

const [, , location, life, writers] = process.argv;
const store = await LevelStore.open(location);
console.log('open');

const padding = 'x'.repeat(800);
async function write(writer) {
  for (let n = 0; ; n += 1) {
    await store.write([
      { key: `left/${life}/${writer}/${n}`, value: `${n} ${padding}` },
      { key: `right/${life}/${writer}/${n}`, value: `${n} ${padding}` },
      { key: `last/${life}/${writer}`, value: String(n) },
    ]);
    console.log(`${life}/${writer}/${n}`);
  }
}
// With no writer it only holds the database, as long as somebody holds the other end of its input.
process.stdin.resume();
await Promise.all(Array.from({ length: Number(writers) }, (_, writer) => write(writer)));
