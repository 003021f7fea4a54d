import t from 'tap';
import { formatFieldErrors, invalid, required } from '../../../src/core/admission/field-error.ts';
import { goJSON, goQuote } from '../../../src/core/admission/go-text.ts';
import { isSameJSON } from '../../../src/core/admission/is-same-json.ts';
import { LEADER_WORKER_SET_SHAPE } from '../../../src/core/admission/leader-worker-set/shape.ts';
import type { PatchOperation } from '../../../src/core/admission/patch-operation.ts';
import { applyOperations, pointer } from '../../../src/core/admission/patch-operation.ts';
import { readInteger } from '../../../src/core/admission/pod/read-integer.ts';
import { POD_SHAPE } from '../../../src/core/admission/pod/shape.ts';
import { findShapeMismatch } from '../../../src/core/admission/shape.ts';
import { resolveIntOrPercent } from '../../../src/core/int-or-percent.ts';

void t.test('quotes text as Go does', (t) => {
  for (const [text, quoted] of [
    ['abc', '"abc"'],
    ['a"b\\c', '"a\\"b\\\\c"'],
    ['\u0007\b\f\n\r\t\v\u0000\u007f', '"\\a\\b\\f\\n\\r\\t\\v\\x00\\x7f"'],
    ['ünï 世界 😀', '"ünï 世界 😀"'],
    ['\u00a0\u200b\u{e0001}', '"\\u00a0\\u200b\\U000e0001"'],
    ['\ud800', '"\ufffd"'],
    ['\n'.repeat(5e6), `"${'\\n'.repeat(1024)}..."`],
  ] as const) {
    t.equal(goQuote(text), quoted, quoted);
  }
  t.end();
});

void t.test('renders JSON as Go does', (t) => {
  for (const [value, text] of [
    [3, '3'],
    [null, 'null'],
    ['25%', '"25%"'],
    ['<&>\u2028', '"\\u003c\\u0026\\u003e\\u2028"'],
    ['\udc00', '"\ufffd"'],
    ['<'.repeat(5e6), `"${'\\u003c'.repeat(1024)}..."`],
  ] as const) {
    t.equal(goJSON(value), text, text);
  }
  t.end();
});

void t.test('joins field errors, each text once', (t) => {
  const negative = invalid('spec.replicas', -1, 'too few');
  t.equal(formatFieldErrors([negative, negative]), 'spec.replicas: Invalid value: -1: too few');
  t.equal(
    formatFieldErrors([negative, required('metadata.namespace'), negative, required('a', 'b')]),
    '[spec.replicas: Invalid value: -1: too few, metadata.namespace: Required value, a: Required value: b]',
  );
  t.end();
});

void t.test('reads whole numbers as Go does', (t) => {
  for (const [text, number] of [
    ['4', 4n],
    ['+4', 4n],
    ['-1', -1n],
    ['004', 4n],
    ['0', 0n],
    ['-0', 0n],
    ['9223372036854775807', 9223372036854775807n],
    ['-9223372036854775808', -9223372036854775808n],
    ['9223372036854775808', undefined],
    // Quadratic time would be hours.
    [`${'0'.repeat(5e6)}x`, undefined],
    [`${'0'.repeat(5e6)}7`, 7n],
    ['99999999999999999999', undefined],
    [`${'0'.repeat(100)}7`, 7n],
    ['', undefined],
    ['+', undefined],
    [' 4', undefined],
    ['4.0', undefined],
    ['0x4', undefined],
    ['4_0', undefined],
    ['٤', undefined],
  ] as const) {
    t.equal(readInteger(text), number, JSON.stringify(text.slice(0, 30)));
  }
  t.end();
});

void t.test('resolves numbers and percentages', (t) => {
  for (const [value, total, up, down] of [
    [3, 2, 3, 3],
    ['25%', 2, 1, 0],
    ['-5%', 30, -1, -2],
    ['99999999999%', 1, 999999999.99, 999999999.99],
    ['5', 2, undefined, undefined],
    ['1.5%', 2, undefined, undefined],
    ['9999999999999999999%', 2, undefined, undefined],
  ] as const) {
    const expected = [up && Math.ceil(up), down && Math.floor(down)];
    t.same(
      [resolveIntOrPercent(value, total, 'up'), resolveIntOrPercent(value, total, 'down')],
      expected,
      String(value),
    );
  }
  t.end();
});

const document = { a: { 'b/c~d': [1, 2, 3] }, untouched: { x: 1 } };

const patches: { title: string; operations: PatchOperation[]; expected: unknown }[] = [
  { title: 'changes nothing without operations', operations: [], expected: document },
  {
    title: 'adds to, replaces in and removes from lists',
    operations: [
      { op: 'add', path: pointer('a', 'b/c~d', 0), value: 0 },
      { op: 'add', path: pointer('a', 'b/c~d', '-'), value: 4 },
      { op: 'replace', path: pointer('a', 'b/c~d', 1), value: 'one' },
      { op: 'remove', path: pointer('a', 'b/c~d', 2) },
    ],
    expected: { ...document, a: { 'b/c~d': [0, 'one', 3, 4] } },
  },
  {
    title: 'adds, replaces and removes members',
    operations: [
      { op: 'add', path: '/n', value: {} },
      { op: 'add', path: '/n/m', value: 1 },
      { op: 'replace', path: '/n/m', value: 2 },
      { op: 'remove', path: '/a' },
    ],
    expected: { untouched: { x: 1 }, n: { m: 2 } },
  },
  { title: 'replaces the whole', operations: [{ op: 'replace', path: '', value: 1 }], expected: 1 },
];

void t.test('applies patches', (t) => {
  for (const { title, operations, expected } of patches) {
    const before = structuredClone(document);
    t.strictSame(applyOperations<unknown>(document, operations), expected, title);
    t.strictSame(document, before, 'leaves the original alone');
  }
  t.equal(
    applyOperations(document, [{ op: 'remove', path: '/a' }]).untouched,
    document.untouched,
    'shares what it leaves alone',
  );
  const poisoned = applyOperations<object>({}, [{ op: 'add', path: '/__proto__', value: { polluted: true } }]);
  t.strictSame([Object.keys(poisoned), 'polluted' in poisoned], [['__proto__'], false], 'sets no prototype');
  t.throws(() => applyOperations(document, [{ op: 'add', path: '/x/y', value: 1 }]), /leads nowhere/);
  t.end();
});

void t.test('compares JSON whatever the order of keys', (t) => {
  const deep = (depth: number): unknown => JSON.parse('['.repeat(depth) + ']'.repeat(depth));
  for (const [left, right, same] of [
    [{ a: 1, b: [1, { c: null }] }, { b: [1, { c: null }], a: 1 }, true],
    [{ a: undefined }, {}, false],
    [{ a: 1 }, { b: 1 }, false],
    [[], {}, false],
    [null, undefined, false],
    [null, {}, false],
    [{ a: { toString: 1 } }, { a: { valueOf: 1 } }, false],
    [deep(100_000), deep(100_000), true],
    [deep(100_000), deep(100_001), false],
  ] as const) {
    t.equal(isSameJSON(left, right), same);
  }
  t.end();
});

void t.test('says which type is wrong', (t) => {
  for (const [object, message] of [
    [{ metadata: null, spec: { replicas: null } }, undefined],
    [{ unknown: 1, spec: { unknown: [null] } }, undefined],
    ['text', 'the object: found a string, must be an object'],
    [[], 'the object: found a list, must be an object'],
    [{ metadata: { labels: { a: 1 } } }, 'metadata.labels[a]: found the number 1, must be a string'],
    [{ metadata: { labels: { a: null } } }, undefined],
    [{ metadata: { labels: [] } }, 'metadata.labels: found a list, must be an object'],
    [{ spec: { replicas: '3' } }, 'spec.replicas: found a string, must be a whole number of at most 32 bits'],
    [{ spec: { replicas: 1.5 } }, 'spec.replicas: found the number 1.5, must be a whole number of at most 32 bits'],
    [
      { spec: { replicas: 2 ** 31 } },
      'spec.replicas: found the number 2147483648, must be a whole number of at most 32 bits',
    ],
    [
      { spec: { rolloutStrategy: { rollingUpdateConfiguration: { maxSurge: true } } } },
      'spec.rolloutStrategy.rollingUpdateConfiguration.maxSurge: found a boolean, must be a whole number of at most 32 bits or a percentage in quotes',
    ],
    [
      { spec: { leaderWorkerTemplate: { workerTemplate: { spec: { containers: [{}, { env: [null] }] } } } } },
      'spec.leaderWorkerTemplate.workerTemplate.spec.containers[1].env[0]: found null, must be set',
    ],
  ] as const) {
    t.equal(findShapeMismatch(object, LEADER_WORKER_SET_SHAPE), message, JSON.stringify(object));
  }
  t.equal(
    findShapeMismatch({ spec: { containers: [{ resources: { limits: { cpu: {} } } }] } }, POD_SHAPE),
    'spec.containers[0].resources.limits[cpu]: found an object, must be a quantity',
  );
  t.end();
});
