import * as gateway from "@aws-sdk/client-api-gateway";
import { expect, test } from "vitest";
import { permissions } from "../../src/policy/permissions.ts";
import { type Authorization, objectOf, stringsIn } from "../cloud/authorization.ts";
import { services } from "../cloud/services.ts";
import { actions } from "./service-authorization.ts";

/** How IAM sees the services, as tap calls them; `state` is S3. */
const authorizations: Readonly<Record<string, Authorization>> = {
  ...Object.fromEntries(
    Object.entries(services).flatMap(([name, { inTap = name, authorization: one }]) =>
      one ? [[inTap, { prefix: name, ...one }]] : [],
    ),
  ),
  state: {
    prefix: "s3",
    actions: {},
    named: { GetObject: ["s3:GetObject", "s3:ListBucket"], ListObjectsV2: ["s3:ListBucket"] },
  },
};

/** API Gateway's actions are HTTP verbs: the one that the SDK sends. */
function verbsOf(operation: string): readonly string[] {
  const schema: unknown = Reflect.get(gateway, `${operation}$`);
  const [verb = ""] = stringsIn(objectOf(Array.isArray(schema) ? schema[3] : undefined)["http"]);
  return [`apigateway:${verb}`, ...(operation === "TagResource" ? ["apigateway:PATCH"] : [])];
}

/** The actions of an operation by IAM's own rules: the same name, and one more where something is made with tags. */
function actionsOf(service: string, operation: string): readonly string[] {
  if (service === "apigateway") return verbsOf(operation);
  const { prefix, named, tagging = "unknown" } = authorizations[service] ?? {};
  const own = `${prefix}:${operation}`;
  const { keys = [], on = {} } = actions[own] ?? {};
  const isMade = /^(Create|Allocate|Authorize|Request|RestoreDB)/.test(operation) && operation !== "CreateTags";
  const takesTags = isMade && [...keys, ...Object.values(on).flat()].includes("aws:RequestTag");
  return named?.[operation] ?? [own, ...(takesTags ? [tagging] : [])];
}

const all = Object.entries(permissions).flatMap(([service, { operations: needs }]) =>
  Object.entries(needs).map(([operation, on]) => [service, operation, Object.keys(on)] as const),
);

test("the table gives every operation the actions that it needs, and no other", () => {
  const wrong = all.filter(
    ([service, operation, given]) => [...actionsOf(service, operation)].sort().join() !== [...given].sort().join(),
  );
  expect(wrong).toEqual([]);
});

test("every exception is there for an operation", () => {
  const names = new Set(all.map(([service, operation]) => `${service}:${operation}`));
  const exceptions = Object.entries(authorizations).flatMap(([service, { named = {} }]) =>
    Object.keys(named).map((operation) => `${service}:${operation}`),
  );
  expect(exceptions.filter((name) => !names.has(name))).toEqual([]);
});
