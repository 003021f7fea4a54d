// Preloaded into what the bootstrap runs: a bootstrap that is killed cannot tell its child to end.
import { onParentEnd } from './on-parent-end.mjs';

onParentEnd(() => process.kill(process.pid, 'SIGTERM'));
