import { HttpResponse } from "@smithy/core/protocols";
import { metadataOf } from "./errors.ts";

/** Somebody has answered in AWS's place, or AWS in a form that nobody can read: a proxy, a page to sign in on. */
export class UnreadableAnswerError extends Error {
  override readonly name = "UnreadableAnswerError";
  readonly $metadata: { readonly httpStatusCode?: number; readonly requestId?: string };

  constructor(message: string, cause: unknown) {
    super(message, { cause });
    const { status, requestId } = metadataOf(cause);
    this.$metadata = {
      ...(status === undefined ? {} : { httpStatusCode: status }),
      ...(requestId === undefined ? {} : { requestId }),
    };
  }
}

/**
 * What the SDK throws of an answer that it cannot parse, said so that a person understands it: the status and the type of
 * what came, in place of the parser's complaint and of a hint for whoever debugs the SDK. Any other error stays as it is.
 */
export function readable(error: unknown): unknown {
  const isUnparsed = error instanceof Error && error.message.includes("Deserialization error: to see the raw response");
  if (!isUnparsed) return error;
  const response: unknown = "$response" in error ? error.$response : undefined;
  const { statusCode, headers } = HttpResponse.isInstance(response) ? response : { statusCode: 0, headers: {} };
  const type = headers["content-type"] ?? "no content type";
  const where = headers["location"] === undefined ? "" : ", a redirect";
  return new UnreadableAnswerError(`what came is no answer of AWS's: HTTP ${statusCode}, ${type}${where}`, error);
}
