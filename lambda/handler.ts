import type { Limits } from "./config.ts";
import { type Deadline, describe } from "./connection.ts";
import type { Answer, LambdaContext, ProxyEvent, ProxyResult } from "./http.ts";
import { count, duration, logger, metrics, traced } from "./observe.ts";
import { Problem } from "./problem.ts";

/** What a function does with a request. It throws a Problem to answer with one. */
export type Route = (event: ProxyEvent, deadline: Deadline) => Promise<Answer>;

/** The form in which Lambda calls a function. */
export type Handler = (event: ProxyEvent, context: LambdaContext) => Promise<ProxyResult>;

/** Time kept back from Lambda's own time-out to write the answer, in milliseconds. */
const reserve = 1000;

/**
 * Makes a Lambda handler of a route: it answers in time whatever happens, turns what is thrown into problem+json, and
 * logs, counts and times the request. Bodies are never logged.
 */
export function handle(limits: Limits, route: Route): Handler {
  return async (event, context) => {
    const started = performance.now();
    const requestId = event.requestContext?.requestId ?? context.awsRequestId;
    logger.setCorrelationId(requestId);
    metrics.captureColdStartMetric();
    const time = Math.min(limits.request, context.getRemainingTimeInMillis() - reserve);
    const answer = await inTime(time, () => traced("## handler", () => route(event, Date.now() + time))).catch(
      (error: unknown) => toAnswer(error, requestId),
    );
    const milliseconds = Math.round((performance.now() - started) * 10) / 10;
    logger.info("request", {
      method: event.httpMethod,
      route: event.resource,
      status: answer.status,
      outcome: answer.outcome,
      milliseconds,
      function_request_id: context.awsRequestId,
    });
    count(answer.outcome);
    duration("duration", milliseconds);
    metrics.publishStoredMetrics();
    return {
      statusCode: answer.status,
      headers: {
        "content-type": answer.status < 400 ? "application/json" : "application/problem+json",
        "cache-control": "no-store",
        ...answer.headers,
      },
      body: JSON.stringify(answer.body),
    };
  };
}

async function inTime<T>(milliseconds: number, work: () => Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    const problem = new Problem("database-unavailable", "The trade service did not finish in time. Try again.");
    timer = setTimeout(() => reject(problem), Math.max(0, milliseconds));
  });
  try {
    return await Promise.race([work(), late]);
  } finally {
    clearTimeout(timer);
  }
}

function toAnswer(error: unknown, requestId: string): Answer {
  const problem = error instanceof Problem ? error : new Problem("internal-error", "The request could not be served.");
  if (problem.status >= 500) logger.error("failed", { problem: problem.code, cause: describe(causeOf(error)) });
  return { status: problem.status, body: problem.body(requestId), outcome: problem.code, headers: problem.headers };
}

function causeOf(error: unknown): unknown {
  return error instanceof Problem ? (error.cause ?? error) : error;
}
