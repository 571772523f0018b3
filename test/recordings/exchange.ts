/** What JSON can say. */
export type Plain = null | boolean | number | string | readonly Plain[] | { readonly [key: string]: Plain };

/** One line of a recording: one call, and its reply or its error, with nothing in it that is secret or tells whose it is. */
export interface Recorded {
  readonly service: string;
  readonly operation: string;
  /** ISO 8601. */
  readonly time: string;
  readonly input: Plain;
  readonly output?: Plain;
  /** `name` is AWS's error code, `status` the HTTP status of its answer; null where there was none. */
  readonly error?: { readonly name: string; readonly message: string; readonly status: number | null };
}

/** Whether a value of JSON has members. */
export const isRecord = (value: unknown): value is { readonly [key: string]: Plain } =>
  typeof value === "object" && value !== null && !Array.isArray(value);
