/** A place in what was sent, and what is wrong with it. */
interface FieldProblem {
  path: string;
  message: string;
}

/** An answer of the API that is not the one asked for; `problem+json` in our own words. */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly title: string,
    readonly detail: string,
    /** Finds the line in the server's log. */
    readonly id: string | null,
    readonly fields: readonly FieldProblem[],
    readonly retryAfterSeconds: number | null,
  ) {
    super(detail || title);
    this.name = 'ApiError';
  }
}

/** Nothing answered: the API is down, or the network is. */
export class NoAnswer extends Error {
  constructor(cause: unknown) {
    super("Kure's API does not answer. It may be restarting; the page tries again by itself.", {
      cause,
    });
    this.name = 'NoAnswer';
  }
}

/** The only reader of error answers. */
export function toApiError(response: Response, body: unknown): ApiError {
  const problem = (typeof body === 'object' && body !== null ? body : {}) as Record<
    string,
    unknown
  >;
  const text = (key: string) => (typeof problem[key] === 'string' ? problem[key] : '');
  return new ApiError(
    response.status,
    text('title') || `The API answered ${response.status}`,
    text('detail'),
    text('id') || null,
    readFields(problem.fields),
    readRetryAfter(response.headers.get('Retry-After')),
  );
}

function readFields(fields: unknown): FieldProblem[] {
  if (!Array.isArray(fields)) return [];
  return fields.filter(
    (field): field is FieldProblem =>
      typeof field?.path === 'string' && typeof field?.message === 'string',
  );
}

function readRetryAfter(header: string | null): number | null {
  const seconds = Number(header);
  return header && Number.isFinite(seconds) ? seconds : null;
}

export function isStatus(error: unknown, status: number): error is ApiError {
  return error instanceof ApiError && error.status === status;
}

/** What the API says is wrong with a field of what was sent. */
export function problemAt(error: Error | null, path: string): string | undefined {
  if (!(error instanceof ApiError)) return undefined;
  return error.fields.find((field) => field.path === path)?.message;
}
