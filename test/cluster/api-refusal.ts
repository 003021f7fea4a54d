/** An answer of the API server other than success. */
export class ApiRefusal extends Error {
  override readonly name = 'ApiRefusal';
  readonly code: number;
  readonly reason: string;

  constructor(request: string, code: number, body: string) {
    const status = readStatus(body);
    super(`${request}: ${code} ${status.message ?? body.slice(0, 500)}`);
    this.code = code;
    this.reason = status.reason ?? '';
  }
}

function readStatus(body: string): { message?: string; reason?: string } {
  try {
    return JSON.parse(body) as { message?: string; reason?: string };
  } catch {
    return {};
  }
}
