import { writeFileSync } from 'node:fs';
import { renderConfigurationReference } from './configuration-reference.ts';

writeFileSync(new URL('configuration.md', import.meta.url), await renderConfigurationReference());
