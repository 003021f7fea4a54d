import { globSync, readFileSync } from 'node:fs';
import t from 'tap';
import { type SourceFile, findFaults } from './layers.ts';

const KNOWN_BAD: readonly { readonly name: string; readonly file: SourceFile; readonly fault: RegExp }[] = [
  {
    name: 'finds a decision that reads the API server',
    file: { path: 'src/core/a.ts', text: "import { b } from '../kube/rest-client.ts';" },
    fault: /core may not import kube/,
  },
  {
    name: 'finds a server that reaches for the controller, over several lines',
    file: { path: 'src/server/a.ts', text: "import {\n  a,\n  b,\n} from '../controller/act.ts';" },
    fault: /server may not import controller/,
  },
  {
    name: 'finds a layer that is only imported for its types',
    file: { path: 'src/config/a.ts', text: "import type { A } from '../core/ordinal.ts';" },
    fault: /config may not import core/,
  },
  {
    name: 'finds a re-export across layers',
    file: { path: 'src/kube/a.ts', text: "export { a } from '../core/ordinal.ts';" },
    fault: /kube may not import core/,
  },
  {
    name: 'finds a dynamic import',
    file: { path: 'src/controller/a.ts', text: "const a = await import('@kubernetes/client-node');" },
    fault: /controller may not use @kubernetes\/client-node/,
  },
  {
    name: 'finds Fastify outside the server',
    file: { path: 'src/cli/a.ts', text: "import Fastify from 'fastify';" },
    fault: /cli may not use fastify/,
  },
  {
    name: 'finds an unknown package',
    file: { path: 'src/cli/a.ts', text: "import { a } from 'left-pad';" },
    fault: /cli may not use left-pad/,
  },
  {
    name: 'finds a file system in the deciding half',
    file: { path: 'src/core/a.ts', text: "import { readFileSync } from 'node:fs';" },
    fault: /core may not use node:fs/,
  },
  {
    name: 'finds a clock in the deciding half',
    file: { path: 'src/core/a.ts', text: 'export const now = () => Date.now();' },
    fault: /core depends on its arguments alone \(Date\.now\)/,
  },
  {
    name: 'finds a vocabulary that does something',
    file: { path: 'src/api/a.ts', text: "import { hash } from 'node:crypto';" },
    fault: /api imports nothing at run time/,
  },
  {
    name: 'finds a test file in use by the product',
    file: { path: 'src/cli/a.ts', text: "import { a } from '../../test/cluster/pki.ts';" },
    fault: /outside src/,
  },
  {
    name: 'finds a second place that writes to the cluster',
    file: { path: 'src/controller/group/a.ts', text: 'await client.delete(leader, options);' },
    fault: /only src\/controller\/act\.ts writes/,
  },
  {
    name: 'finds a write through a client of another name',
    file: { path: 'src/controller/a.ts', text: 'await api?.mergePatch(reference(set), { a, b });' },
    fault: /only src\/controller\/act\.ts writes/,
  },
  {
    name: 'finds a delete of what a call answers, over several lines',
    file: {
      path: 'src/controller/a.ts',
      text: 'await rest.delete(\n  exactReference(leaderOf(group, 0)),\n  options,\n);',
    },
    fault: /only src\/controller\/act\.ts writes/,
  },
  {
    name: 'finds a write that is taken out of the client',
    file: { path: 'src/controller/a.ts', text: 'const { get, create } = client;' },
    fault: /only src\/controller\/act\.ts writes/,
  },
  {
    name: 'finds a write that is handed on',
    file: { path: 'src/controller/a.ts', text: 'run({ remove: client.delete });' },
    fault: /only src\/controller\/act\.ts writes/,
  },
  {
    name: 'finds a write by its name in a text',
    file: { path: 'src/controller/a.ts', text: "await client['update'](set);" },
    fault: /only src\/controller\/act\.ts writes/,
  },
  {
    name: 'finds a request that writes',
    file: { path: 'src/controller/a.ts', text: "await client.request({ method: 'PATCH', path });" },
    fault: /only src\/controller\/act\.ts writes/,
  },
  {
    name: 'finds a barrel',
    file: { path: 'src/core/index.ts', text: '' },
    fault: /name the file after/,
  },
  {
    name: 'finds a drawer for everything',
    file: { path: 'src/core/utils/a.ts', text: '' },
    fault: /say what it is about/,
  },
  {
    name: 'finds a default export',
    file: { path: 'src/core/a.ts', text: 'export default 1;' },
    fault: /no default exports/,
  },
];

for (const { name, file, fault } of KNOWN_BAD)
  void t.test(name, (t) => {
    const faults = findFaults([file]);
    t.equal(faults.length, 1);
    t.match(faults[0], fault);
    t.end();
  });

void t.test('lets through what the table allows', (t) => {
  const text =
    "import { a } from '../core/ordinal.ts';\nimport type { B } from '../api/labels.ts';\nimport { c } from './c.ts';";
  t.same(findFaults([{ path: 'src/server/a.ts', text }]), []);
  t.end();
});

void t.test('lets through what only looks like a write', (t) => {
  const text =
    "// client.create(set) is for act.ts\nkeys.delete(key);\nrunning.delete(keyOf(set, index));\nconst none = Object.create(null);\nconst { get } = client;\nawait client.request({ method: 'GET', path });";
  t.same(findFaults([{ path: 'src/controller/a.ts', text }]), []);
  t.end();
});

void t.test('finds nothing in src', (t) => {
  const root = new URL('../../', import.meta.url);
  const paths = globSync('src/**/*.ts', { cwd: root });
  t.ok(paths.length > 50);
  t.same(findFaults(paths.map((path) => ({ path, text: readFileSync(new URL(path, root), 'utf8') }))), []);
  t.end();
});
