import {
  APIGatewayClient,
  CreateBasePathMappingCommand,
  CreateDomainNameCommand,
  DeleteBasePathMappingCommand,
  DeleteDomainNameCommand,
  GetBasePathMappingsCommand,
  GetDomainNamesCommand,
  TagResourceCommand,
  UpdateBasePathMappingCommand,
  UpdateDomainNameCommand,
} from "@aws-sdk/client-api-gateway";
import { mockClient } from "aws-sdk-client-mock";
import { beforeEach, describe, expect, test } from "vitest";
import { NotOursError } from "../../../src/engine/errors.ts";
import { BasePathMapping } from "../../../src/resources/apigateway/base-path-mapping.ts";
import { ApiDomainName } from "../../../src/resources/apigateway/domain-name.ts";
import { awsError, identity, testAws } from "../support.ts";

const apigateway = mockClient(APIGatewayClient);
beforeEach(() => apigateway.reset());

const removal = { token: "t", protect: false };

describe("ApiDomainName", () => {
  const me = identity("domain/name", "api.example.com");
  const wanted = { certificateArn: "arn:cert", basePaths: ["(none)"] };
  const domain = {
    domainName: "api.example.com",
    regionalDomainName: "d-1.execute-api.us-east-1.amazonaws.com",
    regionalHostedZoneId: "Z1",
    regionalCertificateArn: "arn:cert",
    securityPolicy: "TLS_1_2" as const,
    endpointConfiguration: { types: ["REGIONAL" as const] },
    domainNameStatus: "AVAILABLE" as const,
    tags: { ...me.tags },
  };
  const live = { domain, mappings: [{ basePath: "(none)", restApiId: "a1", stage: "dev" }] };

  test("is found by name, on any page, with its mappings", async () => {
    apigateway
      .on(GetDomainNamesCommand)
      .resolvesOnce({ items: [{ domainName: "other.example.com" }], position: "more" })
      .resolvesOnce({ items: [domain] });
    apigateway.on(GetBasePathMappingsCommand).resolves({ items: live.mappings });
    expect(await ApiDomainName.find(testAws(), me, undefined)).toEqual(live);
    expect(ApiDomainName.outputs(live)).toEqual({
      domainName: "api.example.com",
      regionalDomainName: "d-1.execute-api.us-east-1.amazonaws.com",
      regionalHostedZoneId: "Z1",
    });
  });

  test("one without our tags is refused; one that is not there is absent", async () => {
    apigateway
      .on(GetDomainNamesCommand)
      .resolvesOnce({ items: [{ ...domain, tags: {} }] })
      .resolves({});
    await expect(ApiDomainName.find(testAws(), me, undefined)).rejects.toThrow(NotOursError);
    expect(await ApiDomainName.find(testAws(), me, undefined)).toBeUndefined();
  });

  test("create", async () => {
    apigateway.on(CreateDomainNameCommand).resolves({});
    expect(await ApiDomainName.create(testAws(), me, undefined, wanted, "t")).toBe("api.example.com");
    expect(apigateway.commandCalls(CreateDomainNameCommand)[0]?.args[0].input).toEqual({
      domainName: "api.example.com",
      regionalCertificateArn: "arn:cert",
      securityPolicy: "TLS_1_2",
      endpointConfiguration: { types: ["REGIONAL"] },
      tags: me.tags,
    });
  });

  test.each([
    ["certificateArn", { regionalCertificateArn: "arn:old" }, { path: "/regionalCertificateArn", value: "arn:cert" }],
    ["securityPolicy", { securityPolicy: "TLS_1_0" as const }, { path: "/securityPolicy", value: "TLS_1_2" }],
  ])("%s is reported and patched", async (path, altered, patch) => {
    apigateway.onAnyCommand().resolves({});
    expect(ApiDomainName.changes(wanted, live, me)).toEqual([]);
    const drifted = { ...live, domain: { ...domain, ...altered } };
    const changes = ApiDomainName.changes(wanted, drifted, me);
    expect(changes.map((c) => [c.path, c.fix])).toEqual([[path, "update"]]);
    await ApiDomainName.update(testAws(), drifted, wanted, changes, me);
    expect(apigateway.calls()).toHaveLength(1);
    expect(apigateway.commandCalls(UpdateDomainNameCommand)[0]?.args[0].input).toEqual({
      domainName: "api.example.com",
      patchOperations: [{ op: "replace", ...patch }],
    });
  });

  test("another endpoint type needs a replacement; foreign mappings are removed; tags are set again", async () => {
    apigateway.onAnyCommand().resolves({});
    const edge = { ...live, domain: { ...domain, endpointConfiguration: { types: ["EDGE" as const] } } };
    expect(ApiDomainName.changes(wanted, edge, me).map((c) => [c.path, c.fix])).toEqual([["endpointType", "replace"]]);
    const drifted = { domain: { ...domain, tags: {} }, mappings: [{ basePath: "v2", restApiId: "a9" }] };
    const changes = ApiDomainName.changes(wanted, drifted, me);
    expect(changes[0]).toEqual({ path: "basePaths.v2", want: undefined, live: "v2", fix: "update" });
    await ApiDomainName.update(testAws(), drifted, wanted, changes, me);
    expect(apigateway.commandCalls(DeleteBasePathMappingCommand)[0]?.args[0].input).toEqual({
      domainName: "api.example.com",
      basePath: "v2",
    });
    expect(apigateway.commandCalls(TagResourceCommand)[0]?.args[0].input.resourceArn).toBe(
      "arn:aws:apigateway:us-east-1::/domainnames/api.example.com",
    );
    expect(apigateway.calls()).toHaveLength(2);
  });

  test("phases, the name that is taken, removal, and all of ours", async () => {
    const status = (domainNameStatus: "AVAILABLE" | "UPDATING" | "PENDING" | "FAILED") =>
      ApiDomainName.phase({ ...live, domain: { ...domain, domainNameStatus, domainNameStatusMessage: "why" } });
    expect([status("AVAILABLE").is, status("UPDATING").is, status("PENDING").is]).toEqual([
      "ready",
      "pending",
      "pending",
    ]);
    expect(status("FAILED")).toEqual({ is: "failed", why: "FAILED: why" });
    const taken = awsError("BadRequestException", "The domain name you provided already exists.");
    expect(ApiDomainName.classify?.(taken, "create")).toBe("exists");
    apigateway.on(DeleteDomainNameCommand).rejects(awsError("NotFoundException"));
    await ApiDomainName.remove(testAws(), live, removal, me);
    apigateway.on(GetDomainNamesCommand).resolves({ items: [domain, { domainName: "x.example.com" }] });
    expect(await ApiDomainName.listOwned?.(testAws(), "dev")).toEqual([
      { node: "domain/name", name: "api.example.com", id: "api.example.com", key: undefined },
    ]);
  });
});

describe("BasePathMapping", () => {
  const me = identity("domain/mapping", "trading-mapping-dev");
  const key = { domainName: "api.example.com", basePath: "(none)" };
  const wanted = { restApiId: "a1", stage: "dev" };
  const live = { ...key, mapping: { basePath: "(none)", ...wanted } };

  test("is found in its domain; in a domain that is gone or not ours there is none", async () => {
    const named = (tags: Record<string, string>) => ({ items: [{ domainName: key.domainName, tags }] });
    apigateway
      .on(GetDomainNamesCommand)
      .resolvesOnce(named(me.tags))
      .resolvesOnce({ items: [] })
      .resolves(named({ ...me.tags, Environment: "prod" }));
    apigateway
      .on(GetBasePathMappingsCommand)
      .resolvesOnce({ items: [{ basePath: "v2" }], position: "more" })
      .resolvesOnce({ items: [live.mapping] })
      .rejectsOnce(awsError("NotFoundException"))
      .resolves({ items: [live.mapping] });
    expect(await BasePathMapping.find(testAws(), me, key)).toEqual(live);
    expect(await BasePathMapping.find(testAws(), me, key)).toBeUndefined();
    expect(await BasePathMapping.find(testAws(), me, key)).toBeUndefined();
  });

  test("create, changes, update and removal", async () => {
    apigateway.onAnyCommand().resolves({});
    expect(await BasePathMapping.create(testAws(), me, key, wanted, "t")).toBe("api.example.com/(none)");
    expect(apigateway.commandCalls(CreateBasePathMappingCommand)[0]?.args[0].input).toEqual({ ...key, ...wanted });
    expect(BasePathMapping.changes(wanted, live, me)).toEqual([]);
    const drifted = { ...key, mapping: { basePath: "(none)", restApiId: "a9", stage: "x" } };
    const changes = BasePathMapping.changes(wanted, drifted, me);
    expect(changes.map((c) => [c.path, c.want, c.live])).toEqual([
      ["restApiId", "a1", "a9"],
      ["stage", "dev", "x"],
    ]);
    await BasePathMapping.update(testAws(), drifted, wanted, changes, me);
    expect(apigateway.commandCalls(UpdateBasePathMappingCommand)[0]?.args[0].input).toEqual({
      ...key,
      patchOperations: [
        { op: "replace", path: "/restapiId", value: "a1" },
        { op: "replace", path: "/stage", value: "dev" },
      ],
    });
    apigateway.on(DeleteBasePathMappingCommand).rejects(awsError("NotFoundException"));
    await BasePathMapping.remove(testAws(), live, removal, me);
  });

  test("a stage that AWS does not see yet is waited for; a second mapping beside the root is not", () => {
    const early = awsError("BadRequestException", "Invalid stage identifier specified");
    const second = awsError(
      "ConflictException",
      "Only one base path mapping is allowed if the base path is empty.",
      409,
    );
    expect(BasePathMapping.classify?.(early, "create")).toBe("retry");
    expect(BasePathMapping.classify?.(second, "create")).toBeUndefined();
  });
});
