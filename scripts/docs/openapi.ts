import { stringify } from "yaml";
import { type core, toJSONSchema } from "zod/mini";
import { ProblemBody, StoredTrade, TradePage } from "../../lambda/answers.ts";
import { PageQuery } from "../../lambda/page.ts";
import { type ProblemCode, statusOf } from "../../lambda/problem.ts";
import { maxBodyBytes, Trade } from "../../lambda/trade.ts";

const json = "application/json";
const problemJson = "application/problem+json";
const schemaOf = (name: string) => ({ $ref: `#/components/schemas/${name}` });

/** What the schemas do not say of a field. */
const fields: Readonly<Record<string, string>> = {
  symbol: "What is traded. Stored as it is: no control characters, no blank at either end.",
  quantity: "Units. Read as it is written: a number that only rounds to a whole one is refused.",
  price: "A decimal above zero, in a string; at market without it. Answered with the digits that were sent.",
  clientOrderId: "The client's id of the order, unique for each caller. No control characters, no blank at either end.",
  id: "Our id of the trade.",
  createdAt: "When it was stored, in UTC, to the microsecond.",
  nextCursor: "What to send as `cursor` for the next page; null on the last.",
  code: "Stable: for programs, together with the status.",
  requestId: "For questions about this request.",
  errors: "Each wrong field.",
};

/** A zod schema as JSON Schema 2020-12, the dialect of OpenAPI 3.1, as the answer or the request has it. */
function jsonSchema(schema: core.$ZodType, descriptions: Readonly<Record<string, string>> = fields) {
  const { $schema: _, properties = {}, ...rest } = toJSONSchema(schema, { io: "output" });
  const described = Object.entries(properties).map(([name, property]) => {
    const description = descriptions[name];
    return [name, typeof property === "object" && description !== undefined ? { ...property, description } : property];
  });
  return { ...rest, properties: Object.fromEntries(described) };
}

const filters: Readonly<Record<string, string>> = {
  symbol: "Trades of this symbol only.",
  clientOrderId: "Trades with this order id only: one for each caller that used it.",
  since: "Trades stored at this time or later.",
  until: "Trades stored before this time.",
  limit: "The most trades in the page.",
  cursor: "The `nextCursor` of the page before, which had the same filters.",
};

function queryParameters() {
  return Object.entries(jsonSchema(PageQuery, {}).properties).map(([name, schema]) => ({
    name,
    in: "query",
    description: filters[name],
    schema,
  }));
}

/** The answers of a route that are problems, by status. */
function problems(codes: readonly ProblemCode[]) {
  const statuses = [...new Set(codes.map(statusOf))].sort();
  return Object.fromEntries(
    statuses.map((status) => {
      const names = codes.filter((code) => statusOf(code) === status);
      const retry = { "retry-after": { description: "Seconds to wait.", schema: { type: "integer" } } };
      return [
        String(status),
        {
          description: names.map((name) => `\`${name}\``).join(", "),
          ...(status === 503 && { headers: retry }),
          content: { [problemJson]: { schema: schemaOf("Problem") } },
        },
      ];
    }),
  );
}

const always: readonly ProblemCode[] = ["internal-error", "no-database", "database-unavailable"];
const forbidden = {
  "403": {
    description: "From API Gateway: the request is not signed where it has to be, or the path or method is unknown.",
    content: { [json]: { schema: { type: "object", properties: { message: { type: "string" } } } } },
  },
};

/** The trade API as an OpenAPI 3.1 document. */
export function openApi() {
  const page = jsonSchema(TradePage);
  Object.assign(page.properties, { trades: { type: "array", items: schemaOf("StoredTrade") } });
  return {
    openapi: "3.1.1",
    info: {
      title: "Trade API",
      version: "1",
      description: "Stores trades, each exactly once. The server is `apiUrl` in the outputs of tap.",
    },
    servers: [{ url: "{apiUrl}", variables: { apiUrl: { default: "http://127.0.0.1" } } }],
    security: [{}, { signature: [] }],
    paths: {
      "/trade": {
        post: {
          operationId: "create-trade",
          summary: "Stores a trade. Sent again, it gets the first answer again.",
          parameters: [
            {
              name: "Idempotency-Key",
              in: "header",
              description: "Unique for each caller, like the order id.",
              schema: { type: "string", minLength: 1, maxLength: 255, pattern: "^[!-~]([ -~]*[!-~])?$" },
            },
          ],
          requestBody: {
            required: true,
            description: `Valid UTF-8, at most ${maxBodyBytes} bytes, each key once.`,
            content: { [json]: { schema: schemaOf("Trade") } },
          },
          responses: {
            "201": {
              description: "The trade is stored.",
              headers: {
                location: { description: "Relative to this path.", schema: { type: "string" } },
                "idempotency-replayed": {
                  description: "There when an earlier request stored it.",
                  schema: { const: "true" },
                },
              },
              content: { [json]: { schema: schemaOf("StoredTrade") } },
            },
            ...forbidden,
            ...problems([
              ...(["malformed-body", "invalid-request", "conflict", "body-too-large"] as const),
              "unsupported-media-type",
              ...always,
            ]),
          },
        },
        get: {
          operationId: "list-trades",
          summary: "Trades of all callers, newest first. A trade may show here a moment after it was stored.",
          parameters: queryParameters(),
          responses: {
            "200": { description: "A page.", content: { [json]: { schema: schemaOf("TradePage") } } },
            ...forbidden,
            ...problems(["invalid-request", ...always]),
          },
        },
      },
      "/trade/{id}": {
        get: {
          operationId: "get-trade",
          summary: "One trade.",
          parameters: [{ name: "id", in: "path", required: true, schema: { type: "string" } }],
          responses: {
            "200": { description: "The trade.", content: { [json]: { schema: schemaOf("StoredTrade") } } },
            ...forbidden,
            ...problems(["not-found", ...always]),
          },
        },
      },
    },
    components: {
      securitySchemes: {
        signature: {
          type: "apiKey",
          name: "Authorization",
          in: "header",
          description: "AWS Signature Version 4, where the API asks for AWS_IAM authorization.",
          "x-amazon-apigateway-authtype": "awsSigv4",
        },
      },
      schemas: {
        Trade: jsonSchema(Trade),
        StoredTrade: jsonSchema(StoredTrade),
        TradePage: page,
        Problem: jsonSchema(ProblemBody),
      },
    },
  };
}

/** The document as it stands in docs/openapi.yaml. */
export const openApiDocument = (): string =>
  `# Generated from the schemas in lambda/ by scripts/write-docs.ts.\n${stringify(openApi(), { lineWidth: 120, aliasDuplicateObjects: false })}`;
