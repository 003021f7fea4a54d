/** What a TLS connection to the API server is made with, as Node's agent takes it. */
export type TlsMaterial = {
  readonly ca?: string | Buffer | undefined;
  readonly cert?: string | Buffer | undefined;
  readonly key?: string | Buffer | undefined;
  readonly servername?: string | undefined;
  readonly rejectUnauthorized?: boolean | undefined;
};

const text = (value: string | Buffer | boolean | undefined): string => (value === undefined ? '' : value.toString());

/** True when a connection made with one is as good as a connection made with the other. */
export const isSameTlsMaterial = (a: TlsMaterial, b: TlsMaterial): boolean =>
  (['ca', 'cert', 'key', 'servername', 'rejectUnauthorized'] as const).every(
    (field) => text(a[field]) === text(b[field]),
  );
