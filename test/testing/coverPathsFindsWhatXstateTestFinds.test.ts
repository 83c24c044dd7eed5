/** `coverPaths` needs no second package: it walks the very paths that @xstate/test finds. */
import { clientScenarios, serverScenarios } from '../../machines/relay/cases.ts';
import { client } from '../../machines/relay/client.ts';
import { server } from '../../machines/relay/server.ts';
import { coverPaths } from '../../src/testing/index.ts';
import { testPaths } from '../harness/everyPath.ts';

const namesOf = (paths: readonly { readonly name: string }[]) => paths.map(({ name }) => name).sort();

it('for both roles of the relay', () => {
  expect(namesOf(coverPaths(client, clientScenarios).paths)).toEqual(
    namesOf(clientScenarios.flatMap((scenario) => testPaths(client, scenario))),
  );
  expect(namesOf(coverPaths(server, serverScenarios).paths)).toEqual(
    namesOf(serverScenarios.flatMap((scenario) => testPaths(server, scenario))),
  );
});
