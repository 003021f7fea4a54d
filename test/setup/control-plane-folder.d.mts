/** The programs that make up a control plane, by the names they are called by. */
export declare const PROGRAMS: readonly string[];
/** Tells whether `folder` holds all six programs. */
export declare const isComplete: (folder: string) => boolean;
/** Returns the cache folder in which the control plane of this checkout and `version` is or will be. */
export declare const cachedFolder: (version: string) => string;
/** Returns the folder with a complete control plane, or undefined when it has to be built. */
export declare function findControlPlane(): string | undefined;
