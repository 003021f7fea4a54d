/** Returns the folder with Helm, cert-manager, and cert-manager's CRDs, or undefined when they have to be built. */
export declare function findInstallTools(): string | undefined;
