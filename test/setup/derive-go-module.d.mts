/** Returns the go.mod of a control plane of Kubernetes `version`, worked out from the text of that version's own go.mod. */
export declare function goModText(version: string, kubernetes: string): string;
