/** Set by the bundler; a checkout that runs from its sources has none of them. */
declare const LWS_VERSION: string | undefined;
declare const LWS_COMMIT: string | undefined;
declare const LWS_BUILD_DATE: string | undefined;

/** What this build is. */
export const BUILD = {
  version: typeof LWS_VERSION === 'string' ? LWS_VERSION : 'v0.0.0-main',
  commit: typeof LWS_COMMIT === 'string' ? LWS_COMMIT : 'abcd01234',
  date: typeof LWS_BUILD_DATE === 'string' ? LWS_BUILD_DATE : 'N/A',
} as const;

/** How we introduce ourselves to the API server; the part before the slash is the field manager of what we create. */
export const userAgent = (): string => {
  const arch = process.arch === 'x64' ? 'amd64' : process.arch;
  return `lws/${BUILD.version} (${process.platform}/${arch}) ${BUILD.commit.slice(0, 7)}`;
};
