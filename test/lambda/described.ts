import { Ajv2020 } from "ajv/dist/2020.js";
import { expect } from "vitest";
import type { ProxyEvent, ProxyResult } from "../../lambda/http.ts";
import { openApi } from "../../scripts/docs/openapi.ts";

const document = openApi();
// The document is more than a schema; formats stand beside patterns that say the same.
const ajv = new Ajv2020({ strict: false, validateFormats: false }).addSchema(document, "openapi");

const at = (...path: string[]) =>
  ajv.getSchema(
    `openapi#/${path.map((part) => encodeURIComponent(part.replaceAll("~", "~0").replaceAll("/", "~1"))).join("/")}`,
  );

/** Whether a value is one of the named schema of docs/openapi.yaml. */
export function fitsSchema(name: keyof typeof document.components.schemas, value: unknown): boolean {
  return at("components", "schemas", name)?.(value) === true;
}

/** Fails unless docs/openapi.yaml describes this answer to this request: its status, type, headers and body. */
export function expectDescribed(
  { resource, httpMethod }: ProxyEvent,
  { statusCode, headers, body }: ProxyResult,
): void {
  const route = ["paths", resource, httpMethod.toLowerCase()];
  const type = headers["content-type"] ?? "";
  if (!at(...route) || statusCode === 405) {
    // API Gateway lets no request through to a function that does not serve it.
    expect([[404, 405].includes(statusCode), fitsSchema("Problem", JSON.parse(body))]).toEqual([true, true]);
    return;
  }
  const response = [...route, "responses", String(statusCode)];
  const validate = at(...response, "content", type, "schema");
  expect(validate, `${httpMethod} ${resource} answers ${statusCode} as ${type}`).toBeDefined();
  expect(validate?.(JSON.parse(body)) ? [] : validate?.errors, body).toEqual([]);
  for (const [name, value] of Object.entries(headers)) {
    if (name === "content-type" || name === "cache-control") continue;
    const header = at(...response, "headers", name, "schema");
    expect(header, `header ${name} of ${statusCode}`).toBeDefined();
    expect(header?.(name === "retry-after" ? Number(value) : value), `header ${name}: ${value}`).toBe(true);
  }
}
