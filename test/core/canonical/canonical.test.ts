import { readFileSync } from 'node:fs';
import t from 'tap';
import type { LeaderWorkerSet } from '../../../src/api/leader-worker-set.ts';
import { canonicalPodTemplate } from '../../../src/core/canonical/canonical-pod-template.ts';
import { canonicalTemplateParts } from '../../../src/core/canonical/canonical-template-parts.ts';
import { canonicalVolumeClaim } from '../../../src/core/canonical/canonical-volume-claim.ts';
import { fieldPlans } from '../../../src/core/canonical/field-plan.ts';
import { goJson } from '../../../src/core/canonical/go-json.ts';
import goTypes from '../../../src/core/canonical/go-types.json' with { type: 'json' };
import type { Json } from '../../../src/core/canonical/json.ts';
import { scalarOf } from '../../../src/core/canonical/read-scalar.ts';
import { revisionData } from '../../../src/core/revision/revision-data.ts';
import { revisionHash } from '../../../src/core/revision/revision-hash.ts';
import { revisionName } from '../../../src/core/revision/revision-name.ts';

type Recorded = {
  readonly title: string;
  readonly set: LeaderWorkerSet;
  readonly data: string;
  readonly key: string;
  readonly name: string;
};

/** What a Go program with the types of k8s.io/api v0.36.3 wrote for each of these sets. */
const RECORDED = readFileSync(new URL('./revisions.jsonl', import.meta.url), 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line) as Recorded);

for (const { title, set, ...expected } of RECORDED)
  void t.test(`Go's bytes: ${title}`, (t) => {
    const data = revisionData(set);
    const key = revisionHash(data);
    t.strictSame({ data, key, name: revisionName(set.metadata.name ?? '', key, 1) }, expected);
    t.end();
  });

const TEXTS: readonly (readonly [string, Json, string])[] = [
  ['keys are sorted and nothing is spaced', { b: [1, 'x', null, true], a: {} }, '{"a":{},"b":[1,"x",null,true]}'],
  ['keys that look like numbers are sorted as text', { 2: 'b', 10: 'a' }, '{"10":"a","2":"b"}'],
  ['keys are sorted by UTF-8, not by UTF-16', { '\u{1F600}': 2, '\uE000': 1 }, '{"\uE000":1,"\u{1F600}":2}'],
  ['HTML characters are escaped in keys, too', { '<': '&>' }, '{"\\u003c":"\\u0026\\u003e"}'],
  ['large and small numbers have exponents', [1e20, 1e21, 1e-6, 1e-7], '[100000000000000000000,1e+21,0.000001,1e-7]'],
];

void t.test('JSON text is as Go writes it', (t) => {
  for (const [title, value, expected] of TEXTS) t.equal(goJson(value), expected, title);
  t.end();
});

void t.test('every type that the table names is in the table', (t) => {
  const missing = Object.keys(goTypes).flatMap((type) =>
    (fieldPlans(type) ?? []).filter(({ of }) => scalarOf(of) === undefined && fieldPlans(of) === undefined),
  );
  t.strictSame(missing, []);
  t.end();
});

void t.test(
  'canonical parts are plain objects without markers, and stay as they are when made canonical again',
  (t) => {
    for (const { title, set } of RECORDED) {
      const spec = canonicalTemplateParts(set);
      t.strictSame(canonicalTemplateParts({ spec }), spec, title);
      t.notOk('$patch' in spec.leaderWorkerTemplate, title);
    }
    t.end();
  },
);

void t.test('a template and a claim on their own have the same form as inside a set', (t) => {
  t.strictSame(canonicalPodTemplate({ spec: { containers: [{ name: 'c', resources: { requests: { cpu: 1 } } }] } }), {
    metadata: {},
    spec: { containers: [{ name: 'c', resources: { requests: { cpu: '1' } } }] },
  });
  t.strictSame(canonicalVolumeClaim({ metadata: { name: 'data' } }), {
    metadata: { name: 'data' },
    spec: { resources: {} },
    status: {},
  });
  t.end();
});
