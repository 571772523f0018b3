import {
  CreateBasePathMappingCommand,
  DeleteBasePathMappingCommand,
  type BasePathMapping as Description,
  GetBasePathMappingsCommand,
  UpdateBasePathMappingCommand,
} from "@aws-sdk/client-api-gateway";
import * as z from "zod";
import type { Aws } from "../../aws/aws.ts";
import { codeOf } from "../../aws/errors.ts";
import { ready } from "../../engine/kind.ts";
import { compare, none } from "../compare.ts";
import { type AwsKind, keyOf } from "../define.ts";
import { unlessGone } from "../missing.ts";
import { allPages } from "../pages.ts";
import { fromMap, isEnvironments, touches } from "../tags.ts";
import { apigateway } from "./permissions.ts";
import { classifyConflict, domainNames, replaceValue } from "./shared.ts";

interface Wanted {
  readonly restApiId: string;
  /** The stage's name. */
  readonly stage: string;
}

type Key = {
  readonly domainName: string;
  /** "(none)" for the root. */
  readonly basePath: string;
};

interface Live extends Key {
  readonly mapping: Description;
}

/** All mappings of a domain name. */
export const mappingsOf = (aws: Aws, domainName: string): Promise<Description[]> =>
  aws.shared(`apigateway:mappings ${domainName}`, () =>
    allPages("items", "position", (position) =>
      aws.apigateway(new GetBasePathMappingsCommand({ domainName, limit: 500, position })),
    ),
  );

/** Which stage answers under a custom domain name. Ours since the domain name is. */
export const BasePathMapping: AwsKind<Wanted, Live, { domainName: string; basePath: string }, Key> = {
  type: "apigateway:base-path-mapping",
  recover: "natural-key",
  usable: "created",
  releases: "gone",
  replace: "remake",
  minutes: { create: 2, update: 2, remove: 2 },
  seconds: { create: 1, remove: 1 },
  permissions: apigateway,
  card: "Domain and DNS",
  parseKey: keyOf(z.object({ domainName: z.string(), basePath: z.string() })),

  async find(aws, me, key) {
    const isOurs = (await domainNames(aws)).some(
      (d) => d.domainName === key.domainName && isEnvironments(fromMap(d.tags), me.environment),
    );
    if (!isOurs) return undefined;
    const mapping = (await mappingsOf(aws, key.domainName)).find((m) => m.basePath === key.basePath);
    return mapping === undefined ? undefined : { ...key, mapping };
  },
  id: ({ domainName, basePath }) => `${domainName}/${basePath}`,
  phase: () => ready,
  outputs: ({ domainName, basePath }) => ({ domainName, basePath }),

  changes: (want, { mapping }) =>
    compare(
      { restApiId: want.restApiId, stage: want.stage }, // Without a stage the caller names one in the path (BasePathMapping).
      { restApiId: mapping.restApiId, stage: mapping.stage ?? none },
    ),

  async create(aws, _me, { domainName, basePath }, want) {
    await aws.apigateway(
      new CreateBasePathMappingCommand({ domainName, basePath, restApiId: want.restApiId, stage: want.stage }),
    );
    return `${domainName}/${basePath}`;
  },

  async update(aws, { domainName, basePath }, want, changes) {
    // `restapiId` is how the API Reference writes it ("Patch operations", BasePathMapping).
    const patchOperations = [
      ...(touches(changes, "restApiId") ? [replaceValue("/restapiId", want.restApiId)] : []),
      ...(touches(changes, "stage") ? [replaceValue("/stage", want.stage)] : []),
    ];
    await aws.apigateway(new UpdateBasePathMappingCommand({ domainName, basePath, patchOperations }));
  },

  remove: (aws, { domainName, basePath }) =>
    unlessGone(aws.apigateway(new DeleteBasePathMappingCommand({ domainName, basePath }))),

  classify(error, during, seconds = 0) {
    // A domain or stage that was made a moment ago: whatever BadRequestException says then
    // (hashicorp/terraform-provider-aws, resource aws_api_gateway_base_path_mapping, which repeats it for 30 s).
    const early = codeOf(error) === "BadRequestException" && during !== "remove" && seconds < 30;
    return classifyConflict(error, during) ?? (early ? "retry" : undefined);
  },
};
