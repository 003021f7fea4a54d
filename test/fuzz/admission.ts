import { parseOptions } from '../parse-options.ts';
import { fuzzAdmission } from './fuzz-admission.ts';
import { type Memory, startServer } from './start-server.ts';

const USAGE = `npm run fuzz:admission -- [--reviews N] [--seed S]

Asks an admission server N hostile reviews (by default a million), and says whether each was answered as it should be, how long the slowest
took, and what became of the memory: how much there is after every 100,000 reviews, and at the end compared with what there was after the
first 100,000 (or the first fifth of fewer than 500,000), when everything has been used for a while. The same seed asks the same.`;

const PROGRESS = 20_000;

const values = parseOptions(
  {
    options: {
      reviews: { type: 'string', default: '1000000' },
      seed: { type: 'string', default: String(Date.now() % 1_000_000_000) },
      help: { type: 'boolean', default: false },
    },
  },
  USAGE,
);

const describe = ({ usedMiB, residentMiB }: Memory): string =>
  `${usedMiB.toFixed(1)} MiB in use, ${residentMiB.toFixed(0)} MiB resident`;

const share = (after: number, before: number): string => {
  const percent = (after / before - 1) * 100;
  return `${percent < 0 ? '' : '+'}${percent.toFixed(1)} %`;
};

const run = async (reviews: number, seed: number): Promise<void> => {
  console.log(`seed ${seed}, ${reviews} reviews`);
  const startedAt = performance.now();
  const server = await startServer();
  const onProgress = (done: number): void => {
    if (done % PROGRESS === 0) console.log(`${done} after ${((performance.now() - startedAt) / 1000).toFixed(0)} s`);
  };
  const onMemory = (done: number, memory: Memory): void => console.log(`  memory after ${done}: ${describe(memory)}`);
  try {
    const {
      reviews: asked,
      problems,
      slowestMs,
      before,
      after,
    } = await fuzzAdmission({ server, reviews, seed, onProgress, onMemory });
    for (const problem of problems) console.log(`\n✗ ${problem}`);
    console.log(
      `\n${asked} reviews in ${((performance.now() - startedAt) / 1000).toFixed(0)} s, ${problems.length} problems`,
    );
    console.log(`the slowest answer took ${slowestMs.toFixed(1)} ms`);
    console.log(
      `memory before: ${describe(before)}; after: ${describe(after)}: ${share(after.residentMiB, before.residentMiB)} resident, ${share(after.usedMiB, before.usedMiB)} in use`,
    );
    process.exitCode = problems.length === 0 ? 0 : 1;
  } finally {
    await server.stop();
  }
};

const [reviews, seed] = [Number(values.reviews), Number(values.seed)];
if (values.help) console.log(USAGE);
else if (!(reviews >= 1) || !Number.isInteger(seed)) {
  console.error(`the numbers of reviews and the seed must be whole numbers\n\n${USAGE}`);
  process.exitCode = 2;
} else await run(reviews, seed);
