/** The versions of AdmissionReview that are understood; an answer has the version of its question. */
export const ADMISSION_REVIEW: { readonly kind: string; readonly versions: readonly [string, string] } = {
  kind: 'AdmissionReview',
  versions: ['admission.k8s.io/v1', 'admission.k8s.io/v1beta1'],
};

/** What the API server asks, reduced to the fields that are read. Nothing in it has been checked. */
export type AdmissionRequest = {
  readonly uid: string;
  readonly operation: string;
  readonly object?: unknown;
  readonly oldObject?: unknown;
};

/** What the API server is told. */
export type AdmissionResponse = {
  readonly allowed: boolean;
  readonly status: {
    readonly metadata: Readonly<Record<string, never>>;
    readonly message?: string;
    readonly reason?: 'Forbidden';
    readonly code: number;
  };
  readonly patch?: string;
  readonly patchType?: 'JSONPatch';
  readonly warnings?: readonly string[];
};
