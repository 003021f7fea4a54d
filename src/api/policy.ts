/** What becomes of a violation: the request is refused, the user is warned, or it is logged and counted alone. */
export type Enforcement = 'deny' | 'warn' | 'audit';

export type PolicyOperation = 'CREATE' | 'UPDATE';

/** Which LeaderWorkerSets a policy is about: all, unless a field narrows it. Namespaces are globs. */
export type PolicyMatch = {
  readonly namespaces?: readonly string[];
  readonly excludeNamespaces?: readonly string[];
  readonly labels?: Readonly<Record<string, string>>;
  readonly operations?: readonly PolicyOperation[];
};

/** A policy of the cluster's admin as declared; its schema has not been compiled. */
export type PolicyDefinition = {
  readonly name: string;
  readonly match: PolicyMatch;
  readonly enforcement: Enforcement;
  readonly message?: string;
  /** JSON Schema 2020-12 over the subject. */
  readonly schema: Readonly<Record<string, unknown>>;
};
