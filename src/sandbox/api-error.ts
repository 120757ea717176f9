/** An error response. `status` is the HTTP status; `message` goes into the documented error body. */
export class ApiError extends Error {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;

  constructor(status: number, message: string, headers: Readonly<Record<string, string>> = {}) {
    super(message);
    this.name = 'ApiError';
    this.status = status;
    this.headers = headers;
  }
}

export interface ErrorBody {
  error: { code: number; message: string; metadata: null };
  user_id: null;
}

/** The body that OpenRouter documents for every error. */
export function errorBody(status: number, message: string): ErrorBody {
  return { error: { code: status, message, metadata: null }, user_id: null };
}

export function badRequest(message: string): ApiError {
  return new ApiError(400, message);
}

export function notFound(): ApiError {
  return new ApiError(404, 'Resource not found');
}
