/** One fault in the request: where it is and what was expected there. */
export interface Fault {
  readonly path: string;
  readonly message: string;
}

/** What each kind of problem answers. The slug is the stable name that programs can rely on. */
const problems = {
  "malformed-body": [400, "Bad Request"],
  "invalid-request": [400, "Bad Request"],
  "not-found": [404, "Not Found"],
  "method-not-allowed": [405, "Method Not Allowed"],
  conflict: [409, "Conflict"],
  "body-too-large": [413, "Content Too Large"],
  "unsupported-media-type": [415, "Unsupported Media Type"],
  "internal-error": [500, "Internal Server Error"],
  "no-database": [503, "Service Unavailable"],
  "database-unavailable": [503, "Service Unavailable"],
} as const satisfies Record<string, readonly [number, string]>;

export type ProblemCode = keyof typeof problems;

// Object.keys gives strings; these are the keys of a constant.
export const problemCodes = Object.keys(problems) as ProblemCode[];

/** The HTTP status of a problem. */
export const statusOf = (code: ProblemCode): number => problems[code][0];

/** An answer that is not the one asked for. `message` is shown to the caller: no host names, no SQL, no secrets. */
export class Problem extends Error {
  readonly code: ProblemCode;
  readonly faults: readonly Fault[];
  /** HTTP headers that belong to the answer. */
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    code: ProblemCode,
    detail: string,
    faults: readonly Fault[] = [],
    headers: Readonly<Record<string, string>> = {},
  ) {
    super(detail);
    this.name = "Problem";
    this.code = code;
    this.faults = faults;
    this.headers = this.status === 503 ? { "retry-after": "1", ...headers } : headers;
  }

  /** The HTTP status. */
  get status(): number {
    return statusOf(this.code);
  }

  /** The body by RFC 9457. Its type is "about:blank", so its title is that of the status; `code` tells problems apart. */
  body(requestId: string): Record<string, unknown> {
    return {
      type: "about:blank",
      title: problems[this.code][1],
      status: this.status,
      code: this.code,
      detail: this.message,
      requestId,
      ...(this.faults.length > 0 && { errors: this.faults }),
    };
  }
}
