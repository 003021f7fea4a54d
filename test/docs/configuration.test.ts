import { readFileSync } from 'node:fs';
import t from 'tap';
import { renderConfigurationReference } from '../../docs/configuration-reference.ts';

const PAGE = new URL('../../docs/configuration.md', import.meta.url);

void t.test('the configuration reference is what its generator writes: run npm run generate:docs', async (t) => {
  t.equal(readFileSync(PAGE, 'utf8'), await renderConfigurationReference());
});
