/** Returns an error that tells in one sentence why `what` failed and what to do, going by the program's output. */
export declare function explainFailure(what: string, output: string): Error;
