import { isMainThread } from 'node:worker_threads';
import { runReconcilerThread } from './cli/reconciler-thread.ts';
import { serve } from './cli/serve.ts';

// The reconciler's thread runs this same file, so that the manager is one file to ship.
if (isMainThread) await serve(process.argv.slice(2), new URL(import.meta.url));
else await runReconcilerThread();
