import { request } from 'node:https';

/** What a manager answers to somebody who asks for its metrics, with a bearer token or without. */
export const readMetrics = (
  metricsOrigin: string,
  token?: string,
): Promise<{ readonly code: number | undefined; readonly body: string }> =>
  new Promise((resolve, reject) => {
    const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
    const asked = request(`${metricsOrigin}/metrics`, { headers, rejectUnauthorized: false }, (response) => {
      let body = '';
      response.setEncoding('utf8').on('data', (chunk: string) => (body += chunk));
      response.on('end', () => resolve({ code: response.statusCode, body }));
    });
    asked.on('error', reject).end();
  });
