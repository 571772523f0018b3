import { Logger } from "@aws-lambda-powertools/logger";
import { Metrics, MetricUnit } from "@aws-lambda-powertools/metrics";
import { Tracer } from "@aws-lambda-powertools/tracer";

// The service's name comes from POWERTOOLS_SERVICE_NAME.
export const logger = new Logger();
export const metrics = new Metrics({ namespace: "Trading" });
const tracer = new Tracer({ captureHTTPsRequests: true });

/** Counts `name` once. Written out with the request's other metrics. */
export function count(name: string): void {
  metrics.addMetric(name, MetricUnit.Count, 1);
}

/** Records a duration in milliseconds. */
export function duration(name: string, milliseconds: number): void {
  metrics.addMetric(name, MetricUnit.Milliseconds, milliseconds);
}

/** Runs `work` as a part of the request's trace. Where there is no tracing (the local AWS) it just runs. */
export async function traced<T>(name: string, work: () => Promise<T>): Promise<T> {
  if (!tracer.isTracingEnabled()) return work();
  return new Promise((resolve, reject) => {
    tracer.provider.captureAsyncFunc(name, async (segment) => {
      try {
        resolve(await work());
      } catch (error) {
        // The flag only: an error's text could quote a value.
        segment?.addErrorFlag();
        reject(error);
      } finally {
        segment?.close();
      }
    });
  });
}
