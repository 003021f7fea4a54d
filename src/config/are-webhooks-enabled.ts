/** Whether to serve webhooks: unless ENABLE_WEBHOOKS is exactly `false`. */
export const areWebhooksEnabled = (env: Readonly<Record<string, string | undefined>>): boolean =>
  env['ENABLE_WEBHOOKS'] !== 'false';
