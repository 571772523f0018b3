import { Problem } from "./problem.ts";

/** What the functions read of an API Gateway REST proxy event (payload format 1.0). */
export interface ProxyEvent {
  readonly httpMethod: string;
  readonly resource: string;
  readonly headers?: Readonly<Record<string, string | undefined>> | null;
  readonly multiValueHeaders?: Readonly<Record<string, readonly string[] | undefined>> | null;
  readonly queryStringParameters?: Readonly<Record<string, string | undefined>> | null;
  readonly multiValueQueryStringParameters?: Readonly<Record<string, readonly string[] | undefined>> | null;
  readonly pathParameters?: Readonly<Record<string, string | undefined>> | null;
  readonly requestContext?: {
    readonly requestId?: string;
    /** Its user is null unless the method asks for AWS_IAM authorization. */
    readonly identity?: { readonly userArn?: string | null } | null;
  } | null;
  readonly body?: string | null;
  readonly isBase64Encoded?: boolean;
}

/** What the functions read of Lambda's context object. */
export interface LambdaContext {
  readonly awsRequestId: string;
  getRemainingTimeInMillis(): number;
}

/** The answer API Gateway turns into HTTP. */
export interface ProxyResult {
  readonly statusCode: number;
  readonly headers: Record<string, string>;
  readonly body: string;
}

/** An answer before it is written out. `outcome` names it in logs and metrics. */
export interface Answer {
  readonly status: number;
  readonly body: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly outcome: string;
}

/**
 * The value of a header, whatever its case, or undefined when it is not there.
 *
 * @throws Problem when it is there twice with different values.
 */
export function header(event: ProxyEvent, name: string): string | undefined {
  const values = new Set<string>();
  for (const [key, value] of Object.entries(event.multiValueHeaders ?? {})) {
    if (key.toLowerCase() === name) for (const one of value ?? []) values.add(one);
  }
  for (const [key, value] of Object.entries(event.headers ?? {})) {
    if (key.toLowerCase() === name && value !== undefined && values.size === 0) values.add(value);
  }
  if (values.size > 1) {
    throw new Problem("invalid-request", "A header is given twice.", [
      { path: `header ${name}`, message: "may be given once" },
    ]);
  }
  return [...values][0];
}

/**
 * The query parameters, each given once.
 *
 * @throws Problem when one is given twice.
 */
export function query(event: ProxyEvent): Record<string, string> {
  const values: Record<string, string> = Object.create(null);
  for (const [key, value] of Object.entries(event.queryStringParameters ?? {})) {
    if (value !== undefined) values[key] = value;
  }
  for (const [key, value] of Object.entries(event.multiValueQueryStringParameters ?? {})) {
    if ((value?.length ?? 0) > 1) {
      throw new Problem("invalid-request", "A query parameter is given twice.", [
        { path: `query ${key.slice(0, 64)}`, message: "may be given once" },
      ]);
    }
    const only = value?.[0];
    if (only !== undefined) values[key] = only;
  }
  return values;
}
