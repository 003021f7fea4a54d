/** Tells whether node_modules under `root` holds just what package-lock.json pins for this platform. */
export declare function areDependenciesCurrent(root: string, platform?: { os: string; cpu: string }): boolean;
