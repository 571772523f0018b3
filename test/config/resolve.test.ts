import { describe, expect, test } from "vitest";
import { describeSettings } from "../../src/config/describe.ts";
import { noSettingsFile } from "../../src/config/file.ts";
import { parseSettingsFile } from "../../src/config/parse.ts";
import { environmentOf, type Request, resolveSettings } from "../../src/config/resolve.ts";
import { problemsOf } from "./problems.ts";

type Given = Partial<Omit<Request, "file">> & { yaml?: string };

const request = ({ yaml, ...rest }: Given): Request => ({
  variables: {},
  file: yaml === undefined ? noSettingsFile : parseSettingsFile(yaml),
  ...rest,
});
const resolve = (given: Given) => resolveSettings(request(given));
const refused = (given: Given) => problemsOf(() => resolve(given));
const network = (setting: string) => `environments:\n  dev:\n    network: { ${setting} }\n`;

describe("defaults", () => {
  test.each([
    ["dev", "NONE", "discard", 1, 50, 100, 7],
    ["staging", "AWS_IAM", "discard", 3, 100, 200, 7],
    ["prod", "AWS_IAM", "preserve", 14, 1000, 2000, 30],
  ])("of %s", (env, authorization, data, backupDays, rate, burst, deletionWindowDays) => {
    // Every default stands in docs/settings.md, which is generated: here are those that were there from the first.
    expect(resolve({ env })).toMatchObject({
      environment: env,
      settingsOf: env,
      preset: env,
      region: "us-east-1",
      data,
      network: {
        cidr: "10.0.0.0/16",
        publicSubnets: [
          { zone: "us-east-1a", cidr: "10.0.0.0/24" },
          { zone: "us-east-1b", cidr: "10.0.1.0/24" },
        ],
        privateSubnets: [
          { zone: "us-east-1a", cidr: "10.0.10.0/24" },
          { zone: "us-east-1b", cidr: "10.0.11.0/24" },
        ],
        natGateways: 1,
      },
      encryption: { deletionWindowDays },
      artifacts: { expireDays: 90 },
      logs: { retentionDays: 30 },
      database: {
        engineVersion: "lts",
        instanceClass: "db.r5.large",
        readers: 2,
        backupDays,
        name: "trading",
        masterUsername: "admin",
      },
      functions: { memoryMb: 512, timeoutSeconds: 30, runtime: "nodejs24.x" },
      api: { authorization, throttle: { rate, burst } },
    });
  });

  test.each([
    ["us-east-1", "10.0"],
    ["us-east-2", "10.1"],
    ["us-west-2", "10.2"],
  ])("of %s", (region, net) => {
    const { network } = resolve({ env: "dev", region });
    expect(network.cidr).toBe(`${net}.0.0/16`);
    expect(network.privateSubnets[1]).toEqual({ zone: `${region}b`, cidr: `${net}.11.0/24` });
  });
});

describe("which environment", () => {
  const yaml = "environments: { qa: { preset: prod } }";

  test.each<[string, Given, string, string]>([
    ["--env", { env: "dev" }, "dev", "dev"],
    ["--suffix is a copy of dev", { suffix: "pr-42" }, "pr-42", "dev"],
    ["--suffix on --env", { env: "prod", suffix: "pr-42" }, "pr-42", "prod"],
    ["--suffix that has settings", { suffix: "staging" }, "staging", "staging"],
    ["--env of the file", { env: "qa", yaml }, "qa", "qa"],
    ["a copy of one of the file", { env: "qa", suffix: "pr-42", yaml }, "pr-42", "qa"],
    ["ENVIRONMENT_SUFFIX", { variables: { ENVIRONMENT_SUFFIX: "pr-7" } }, "pr-7", "dev"],
    ["ENVIRONMENT_SUFFIX on --env", { env: "staging", variables: { ENVIRONMENT_SUFFIX: "pr-7" } }, "pr-7", "staging"],
    ["--suffix over ENVIRONMENT_SUFFIX", { suffix: "a", variables: { ENVIRONMENT_SUFFIX: "b" } }, "a", "dev"],
    ["an empty variable", { env: "dev", variables: { ENVIRONMENT_SUFFIX: "" } }, "dev", "dev"],
    ["--env that only has a state file", { env: "pr-42", recorded: {} }, "pr-42", "dev"],
    ["what a copy was made with", { suffix: "pr-42", recorded: { settingsOf: "prod" } }, "pr-42", "prod"],
    ["--env over what it was made with", { env: "dev", suffix: "x", recorded: { settingsOf: "prod" } }, "x", "dev"],
    ["the file over what it was made with", { env: "qa", yaml, recorded: { settingsOf: "dev" } }, "qa", "qa"],
  ])("%s", (_, given, environment, settingsOf) => {
    expect(environmentOf(request(given))).toBe(environment);
    expect(resolve(given)).toMatchObject({ environment, settingsOf });
  });

  test("an unknown one is refused with a list of the known", () => {
    const [problem] = refused({ env: "prd", yaml });
    expect(problem).toMatchObject({ path: "--env", value: "prd" });
    expect(problem?.expected).toBe("one of dev, staging, prod, qa (did you mean prod?)");
    expect(refused({ env: "nope", suffix: "pr-1" })[0]).toMatchObject({ path: "--env", value: "nope" });
  });

  test("none at all is refused", () => {
    expect(refused({})[0]).toMatchObject({ path: "--env", expected: "an environment: dev, staging, prod" });
  });

  test("a copy whose settings are gone is refused", () => {
    expect(refused({ suffix: "pr-42", recorded: { settingsOf: "qa" } })[0]?.expected).toContain("qa");
  });

  test("prod never runs on the settings of dev", () => {
    expect(refused({ env: "dev", suffix: "prod" })[0]).toMatchObject({ path: "--env", value: "dev" });
    const [problem] = refused({ env: "dev", variables: { ENVIRONMENT_SUFFIX: "prod" } });
    expect(problem?.expected).toContain("ENVIRONMENT_SUFFIX");
  });

  test.each<[string, Given]>([
    ["--suffix", { suffix: "Dev" }],
    ["--suffix", { suffix: "" }],
    ["--suffix", { suffix: "a".repeat(23) }],
    ["--suffix", { suffix: "shared" }],
    ["--env", { env: "../x" }],
    ["ENVIRONMENT_SUFFIX", { variables: { ENVIRONMENT_SUFFIX: "pr_1" } }],
  ])("a bad %s is refused: %j", (path, given) => expect(refused(given)[0]).toMatchObject({ path }));
});

describe("which region", () => {
  const yaml = "defaults: { region: us-east-2 }";
  const variables = { AWS_REGION: "us-west-2", AWS_DEFAULT_REGION: "us-east-1" };

  test.each<[string, Given, string]>([
    ["flag over variables", { region: "us-east-1", variables, yaml }, "us-east-1"],
    ["AWS_REGION over the rest", { variables, yaml }, "us-west-2"],
    ["AWS_DEFAULT_REGION over the file", { variables: { AWS_DEFAULT_REGION: "us-west-2" }, yaml }, "us-west-2"],
    ["an empty variable is none", { variables: { AWS_REGION: "" }, yaml }, "us-east-2"],
    ["an environment over defaults", { yaml: `${yaml}\nenvironments: { dev: { region: us-west-2 } }` }, "us-west-2"],
    ["file over recorded", { yaml, recorded: { region: "us-west-2" } }, "us-east-2"],
    ["recorded over default", { recorded: { region: "us-west-2" } }, "us-west-2"],
    ["default", {}, "us-east-1"],
  ])("%s", (_, given, region) => expect(resolve({ env: "dev", ...given }).region).toBe(region));

  test.each<[string, Given]>([
    ["--region", { region: "eu-west-1" }],
    ["--region", { region: "" }],
    ["AWS_REGION", { variables: { AWS_REGION: "mars" } }],
    ["AWS_DEFAULT_REGION", { variables: { AWS_DEFAULT_REGION: "toString" } }],
  ])("an unknown %s is refused", (path, given) => {
    const [problem] = refused({ env: "dev", ...given });
    expect(problem).toMatchObject({ path, expected: "one of us-east-1, us-east-2, us-west-2" });
  });
});

describe("layers", () => {
  test("environment over defaults over preset, value by value", () => {
    const yaml = [
      "defaults: { database: { readers: 1, backupDays: 5 }, api: { throttle: { burst: 7 } }, account: '123456789012' }",
      "environments: { prod: { database: { readers: 3 }, api: { authorization: NONE }, profile: live } }",
    ].join("\n");
    const settings = resolve({ env: "prod", yaml });
    expect(settings).toMatchObject({ account: "123456789012", profile: "live", data: "preserve" });
    expect(settings.database).toMatchObject({ readers: 3, backupDays: 5, instanceClass: "db.r5.large" });
    expect(settings.api).toEqual({ authorization: "NONE", throttle: { rate: 1000, burst: 7 } });
  });

  test("subnets follow the VPC's range, and each can be set by itself", () => {
    const { publicSubnets, privateSubnets } = resolve({
      env: "dev",
      yaml: network("cidr: 10.9.0.0/20, publicSubnets: [{ zone: us-east-1c }, { cidr: 10.9.2.0/26 }]"),
    }).network;
    expect(publicSubnets).toEqual([
      { zone: "us-east-1c", cidr: "10.9.0.0/24" },
      { zone: "us-east-1b", cidr: "10.9.2.0/26" },
    ]);
    expect(privateSubnets[0]).toEqual({ zone: "us-east-1c", cidr: "10.9.10.0/24" });
  });

  test("an environment of the file takes the defaults' preset, dev keeps its own", () => {
    const yaml = "defaults: { preset: prod }\nenvironments: { qa: {} }";
    expect(resolve({ env: "qa", yaml }).data).toBe("preserve");
    expect(resolve({ env: "dev", yaml }).data).toBe("discard");
  });
});

describe("settings that do not go together", () => {
  test.each([
    ["a derived subnet outside", "cidr: 10.0.0.0/22", "privateSubnets[0].cidr", "10.0.10.0/24", "inside the VPC's"],
    [
      "a subnet elsewhere",
      "publicSubnets: [{ cidr: 10.9.0.0/24 }, {}]",
      "publicSubnets[0].cidr",
      "10.9.0.0/24",
      "inside",
    ],
    [
      "an overlap",
      "publicSubnets: [{}, { cidr: 10.0.0.128/25 }]",
      "publicSubnets[1].cidr",
      "10.0.0.128/25",
      "10.0.0.0/24",
    ],
    [
      "a zone elsewhere",
      "publicSubnets: [{ zone: us-west-2a }, {}]",
      "publicSubnets[0].zone",
      "us-west-2a",
      "us-east-1",
    ],
    [
      "one zone twice",
      "publicSubnets: [{}, { zone: us-east-1a }]",
      "publicSubnets[1].zone",
      "us-east-1a",
      "other than",
    ],
    ["zones apart", "privateSubnets: [{}, { zone: us-east-1c }]", "privateSubnets[1].zone", "us-east-1c", "us-east-1b"],
  ])("%s", (_, setting, path, value, expected) => {
    const [problem] = refused({ env: "dev", yaml: network(setting) });
    expect(problem).toMatchObject({ path: `environments.dev.network.${path}`, value, source: "tap.yaml:3" });
    expect(problem?.expected).toContain(expected);
  });

  test("are all listed", () => {
    const yaml = network("publicSubnets: [{ cidr: 10.9.0.0/24 }, { zone: us-east-1a }]");
    expect(refused({ env: "dev", yaml }).length).toBeGreaterThan(1);
  });

  test("are placed in defaults when they were written there", () => {
    const [problem] = refused({
      env: "dev",
      yaml: "defaults:\n  network:\n    publicSubnets: [{ cidr: 10.9.0.0/24 }, {}]",
    });
    expect(problem).toMatchObject({ path: "defaults.network.publicSubnets[0].cidr", source: "tap.yaml:3" });
  });

  test("a role of another account", () => {
    const yaml = "environments: { dev: { account: '111111111111', roleArn: arn:aws:iam::222222222222:role/tap } }";
    expect(refused({ env: "dev", yaml })[0]).toMatchObject({ path: "environments.dev.roleArn" });
  });
});

describe("domain", () => {
  const yaml = (domain: string) => `environments: { prod: { domain: { ${domain} } } }`;

  test.each(["api.example.com", "example.com", "a.b.example.com"])("%s is in example.com", (host) => {
    expect(resolve({ env: "prod", yaml: yaml(`name: ${host}, zone: example.com`) }).domain).toEqual({
      name: host,
      zone: "example.com",
    });
  });

  test.each(["api.example.org", "badexample.com"])("%s is not", (host) => {
    const [problem] = refused({ env: "prod", yaml: yaml(`name: ${host}, zone: example.com`) });
    expect(problem).toMatchObject({ path: "environments.prod.domain.name", value: host });
  });

  test("needs name and zone", () => {
    expect(refused({ env: "prod", yaml: yaml("name: api.example.com") })[0]?.path).toBe(
      "environments.prod.domain.zone",
    );
    expect(refused({ env: "prod", yaml: yaml("zone: example.com") })[0]?.path).toBe("environments.prod.domain.name");
  });

  test("keeps an existing zone's id", () => {
    const domain = "name: api.example.com, zone: example.com, hostedZoneId: Z0123456789ABCDEFGHIJ";
    expect(resolve({ env: "prod", yaml: yaml(domain) }).domain?.hostedZoneId).toBe("Z0123456789ABCDEFGHIJ");
  });

  test("is not shared with a copy", () => {
    const given = { env: "prod", suffix: "pr-42", yaml: yaml("name: api.example.com, zone: example.com") };
    expect(resolve(given).domain).toBeUndefined();
  });
});

describe("describeSettings", () => {
  test.each<Given>([
    { env: "dev" },
    {
      env: "prod",
      region: "us-west-2",
      yaml: "environments: { prod: { account: '012345678901', domain: { name: a.example.com, zone: example.com } } }",
    },
    { env: "staging", suffix: "pr-42" },
  ])("writes a settings file that resolves to the same: %j", (given) => {
    const settings = resolve(given);
    const again = resolve({ env: settings.environment, yaml: describeSettings(settings) });
    expect(again).toEqual({ ...settings, settingsOf: settings.environment });
  });
});
