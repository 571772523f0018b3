import { spawnSync } from "node:child_process";
import { mkdir, mkdtemp, rm, symlink, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { parse } from "yaml";
import { z } from "zod";
import { InputError } from "../../src/config/errors.ts";
import { noSettingsFile } from "../../src/config/file.ts";
import { loadSettingsFile } from "../../src/config/load.ts";
import { parseSettingsFile } from "../../src/config/parse.ts";
import { fileSchema } from "../../src/config/schema.ts";
import { mutations } from "../mutations.ts";
import { problemsOf } from "./problems.ts";

const refused = (yaml: string) => problemsOf(() => parseSettingsFile(yaml));

describe("a settings file", () => {
  test("keeps defaults and environments apart", () => {
    const file = parseSettingsFile(
      "defaults:\n  logs: { retentionDays: 14 }\nenvironments:\n  qa:\n    preset: staging\n    database: { readers: 0 }\n",
    );
    expect(file.defaults).toEqual({ logs: { retentionDays: 14 } });
    expect(file.environments.get("qa")).toEqual({ preset: "staging", database: { readers: 0 } });
  });

  test.each(["", "# nothing yet\n", "environments:\n", "defaults:\nenvironments:\n  dev:\n"])(
    "may be empty or commented out: %j",
    (yaml) => {
      const file = parseSettingsFile(yaml);
      expect(file.defaults).toEqual({});
      expect(file.environments.get("dev") ?? {}).toEqual({});
    },
  );

  test.each([
    ["account: 123456789012", "account", 123456789012, "12 digits in quotes"],
    ['account: "12345"', "account", "12345", "12 digits"],
    ["region: eu-west-1", "region", "eu-west-1", "us-east-1, us-east-2, us-west-2"],
    ["data: keep", "data", "keep", "discard, preserve"],
    ["profile: ''", "profile", "", "profile"],
    ["roleArn: arn:aws:iam::123:role/x", "roleArn", "arn:aws:iam::123:role/x", "arn:aws:iam::123456789012:role/name"],
    ["network: { cidr: 10.0.0.0/15 }", "network.cidr", "10.0.0.0/15", "/16 to /28"],
    ["network: { cidr: 10.0.0.0/29 }", "network.cidr", "10.0.0.0/29", "/16 to /28"],
    ["network: { cidr: 10.0.0.1/16 }", "network.cidr", "10.0.0.1/16", "no host bits"],
    ["network: { natGateways: 3 }", "network.natGateways", 3, "1 or 2"],
    ["network: { publicSubnets: [{ zone: us-east-1a }] }", "network.publicSubnets", [{ zone: "us-east-1a" }], "two"],
    ["network: { publicSubnets: [{ zone: a }, {}] }", "network.publicSubnets[0].zone", "a", "us-east-1a"],
    ["network: { publicSubnets: [{ cidr: x }, {}] }", "network.publicSubnets[0].cidr", "x", "10.0.0.0/16"],
    ["network:", "network", null, "a mapping"],
    ["encryption: { deletionWindowDays: 6 }", "encryption.deletionWindowDays", 6, "from 7 to 30"],
    ["encryption: { deletionWindowDays: 31 }", "encryption.deletionWindowDays", 31, "from 7 to 30"],
    ["artifacts: { expireDays: 0 }", "artifacts.expireDays", 0, "a positive whole number"],
    ["logs: { retentionDays: 31 }", "logs.retentionDays", 31, "30, 60"],
    ["database: { readers: 16 }", "database.readers", 16, "from 0 to 15"],
    ["database: { readers: 1.5 }", "database.readers", 1.5, "from 0 to 15"],
    ["database: { readers: '2' }", "database.readers", "2", "from 0 to 15"],
    ["database: { backupDays: 0 }", "database.backupDays", 0, "from 1 to 35"],
    ["database: { backupDays: 36 }", "database.backupDays", 36, "from 1 to 35"],
    ["database: { engineVersion: '8.0' }", "database.engineVersion", "8.0", "8.0.mysql_aurora.3.10.0"],
    ["database: { instanceClass: r5.large }", "database.instanceClass", "r5.large", "db.r5.large"],
    ["database: { name: my-db }", "database.name", "my-db", "letters and digits"],
    ["database: { name: order }", "database.name", "order", "no reserved word of MySQL 8.0"],
    ["database: { name: lateral }", "database.name", "lateral", "no reserved word of MySQL 8.0"],
    ["database: { name: mysql }", "database.name", "mysql", "other than those of MySQL's own"],
    ["database: { name: sys }", "database.name", "sys", "other than those of MySQL's own"],
    ["database: { masterUsername: Group }", "database.masterUsername", "Group", "no reserved word of MySQL 8.0"],
    ["database: { masterUsername: rdsadmin }", "database.masterUsername", "rdsadmin", "not rdsadmin"],
    ["functions: { memoryMb: 64 }", "functions.memoryMb", 64, "from 128 to 10240"],
    ["functions: { timeoutSeconds: 901 }", "functions.timeoutSeconds", 901, "from 1 to 900"],
    ["functions: { runtime: python3.13 }", "functions.runtime", "python3.13", "nodejs24.x"],
    ["api: { authorization: none }", "api.authorization", "none", "NONE, AWS_IAM"],
    ["api: { throttle: { rate: -1 } }", "api.throttle.rate", -1, "a positive whole number"],
    ["api: { throttle: 50 }", "api.throttle", 50, "a mapping"],
    ["domain: { name: api.example.com. }", "domain.name", "api.example.com.", "without a dot"],
    ["domain: { name: localhost }", "domain.name", "localhost", "host name"],
    ["domain: { zone: -x.com }", "domain.zone", "-x.com", "host name"],
    ["domain: { hostedZoneId: /hostedzone/Z1 }", "domain.hostedZoneId", "/hostedzone/Z1", "id of a hosted zone"],
  ])("refuses %s", (setting, path, value, expected) => {
    const [problem, ...more] = refused(`environments:\n  dev:\n    ${setting}\n`);
    expect(more).toEqual([]);
    expect(problem).toMatchObject({ path: `environments.dev.${path}`, value, source: "tap.yaml:3" });
    expect(problem?.expected).toContain(expected);
  });

  const host = (length: number) => `${"a".repeat(length - ".b.example.com".length)}.b.example.com`;
  const domains = (text: string) => parseSettingsFile(`environments:\n  dev:\n    domain: { ${text} }\n`);
  test.each<[what: string, accepted: string, refused: string, expected: string]>([
    // ACM RequestCertificate, DomainName; RFC 1035, 2.3.4; RDS CreateDBCluster, DatabaseName and MasterUsername.
    ["a certificate's first name", `name: ${host(64)}`, `name: ${host(65)}`, "at most 64 characters"],
    ["a label of it", `name: ${"a".repeat(56)}.aws.com`, `name: ${"a".repeat(64)}.com`, "a host name"],
    ["a label of a zone", `zone: ${"a".repeat(63)}.com`, `zone: ${"a".repeat(64)}.com`, "a host name"],
    ["a zone", `zone: ${"a.".repeat(125)}com`, `zone: ${"a.".repeat(126)}com`, "a host name"],
  ])("%s has a longest form, and one more is refused", (_, accepted, tooLong, expected) => {
    expect(() => domains(accepted)).not.toThrow();
    const problems = refused(`environments:\n  dev:\n    domain: { ${tooLong} }\n`);
    expect(problems.map((problem) => problem.expected).join()).toContain(expected);
  });

  test("words that MySQL knows and does not reserve may name a database", () => {
    for (const name of ["trading", "orders", "account", "any", "admin", "array", "member", "tables"])
      expect(() => parseSettingsFile(`environments: { dev: { database: { name: ${name} } } }`)).not.toThrow();
  });

  test("lists everything that is wrong, each with its line", () => {
    const problems = refused(
      [
        "defaults:",
        "  functions:",
        "    memoryMb: 1",
        "environments:",
        "  dev:",
        "    databse: {}",
        "    network:",
        "      cidr:",
        "        10.0.0.0",
        "  Dev: {}",
        "extra: 1",
      ].join("\n"),
    );
    expect(problems.map(({ source, path }) => `${source} ${path}`).sort()).toEqual([
      "tap.yaml:10 environments.Dev",
      "tap.yaml:11 extra",
      "tap.yaml:3 defaults.functions.memoryMb",
      "tap.yaml:6 environments.dev.databse",
      "tap.yaml:8 environments.dev.network.cidr",
    ]);
  });

  test("suggests the name that was probably meant", () => {
    expect(refused("environments: { dev: { databse: {} } }")[0]?.expected).toContain("did you mean database?");
    expect(refused("environments: { dev: { colour: red } }")[0]?.expected).toContain("one of the names preset, region");
    expect(refused("enviroments: {}")[0]?.expected).toContain("did you mean environments?");
  });

  test("says file, path, expectation and value in one line", () => {
    expect(new InputError(refused("environments:\n  dev:\n    database:\n      readers: 99\n")).message).toBe(
      "tap.yaml:4: environments.dev.database.readers: expected a whole number from 0 to 15, got 99",
    );
  });

  test.each([
    ["a: [1, 2", "tap.yaml:1:"],
    ["environments:\n  dev: {}\n  dev: {}\n", "tap.yaml:3:3"],
    ["environments: {}\n---\nenvironments: {}\n", "tap.yaml:2:1"],
    ["environments: !secret x\n", "tap.yaml:1:15"],
    ["environments: *nothing\n", "tap.yaml"],
  ])("refuses broken YAML with its position: %j", (yaml, source) => {
    const [problem] = refused(yaml);
    expect(problem?.expected).toMatch(/^YAML \(/);
    expect(problem?.source).toContain(source);
  });

  test("that is a list or a word is refused", () => {
    expect(refused("- dev\n")[0]).toMatchObject({ path: "settings file", expected: "a mapping" });
    expect(refused("dev\n")[0]).toMatchObject({ path: "settings file", expected: "a mapping" });
  });

  test("an environment of another name says what it is like", () => {
    expect(refused("environments: { qa: { data: preserve } }")[0]).toMatchObject({
      path: "environments.qa.preset",
      expected: "one of dev, staging, prod",
    });
    expect(parseSettingsFile("defaults: { preset: dev }\nenvironments: { qa: {} }").environments.has("qa")).toBe(true);
  });

  test("prod cannot be made like dev by its preset", () => {
    expect(refused("environments: { prod: { preset: dev } }")[0]).toMatchObject({ value: "dev", expected: "prod" });
  });

  test("has a JSON Schema", () => {
    expect(z.toJSONSchema(fileSchema, { io: "input" })).toMatchObject({ additionalProperties: false });
  });
});

describe("a hostile settings file is refused within a second of work", () => {
  const deep = 50_000;
  const many = (line: (i: number) => string) => Array.from({ length: 30_000 }, (_, i) => line(i)).join("\n");

  test.each<[what: string, yaml: string, expected: string, problems: number]>([
    ["nested lists", `defaults: ${"[".repeat(deep)}${"]".repeat(deep)}`, "nested too deeply", 1],
    ["nested lists in blocks", `defaults:\n  ${"- ".repeat(deep)}x`, "nested too deeply", 1],
    ["nested mappings", `${'{"defaults":'.repeat(deep)}1${"}".repeat(deep)}`, "nested too deeply", 1],
    ["lists that stay open", `defaults: ${"[".repeat(deep)}`, "nested too deeply", 1],
    ["unknown names", many((i) => `k${i}: 1`), "none of 29950 other mistakes", 51],
    ["one name", many(() => "defaults: {}"), "none of 29949 other mistakes", 51],
    ["environments like none", `environments:\n${many((i) => `  e${i}: {}`)}`, "none of 29950 other mistakes", 51],
    ["quotes that stay open", many((i) => `k${i}: "`), "other mistakes", 51],
    ["references", `x: &a a\n${many((i) => `k${i}: *a`)}`, "YAML (Excessive alias count", 1],
  ])("%s", (_, yaml, expected, count) => {
    const began = process.cpuUsage();
    const problems = refused(yaml);
    const { user } = process.cpuUsage(began);
    expect(user).toBeLessThan(1_500_000);
    expect(problems).toHaveLength(count);
    expect(problems.at(-1)?.expected).toContain(expected);
  });

  test("200 mutations: refused with a place, or taken as what YAML says that is", () => {
    const yaml = [
      "defaults:",
      "  region: us-west-2",
      '  account: "123456789012"',
      "environments:",
      "  dev: { logs: { retentionDays: 14 } }",
      "  qa:",
      "    preset: staging # like staging, but for this",
      "    database: { readers: 0, name: trading }",
      "    domain:",
      "      name: api.example.com",
      "      zone: example.com",
      "",
    ].join("\n");
    let refusals = 0;
    for (const { bytes, what } of mutations(Buffer.from(yaml), 200)) {
      const text = bytes.toString("utf8");
      try {
        const { defaults, environments } = parseSettingsFile(text);
        const says = parse(text) ?? {};
        expect(defaults, what).toEqual(says.defaults ?? {});
        const named = Object.entries(says.environments ?? {}).map(([name, own]) => [name, own ?? {}]);
        expect([...environments], what).toEqual(named);
      } catch (error) {
        if (!(error instanceof InputError)) throw error;
        expect(error.problems[0]?.source, what).toMatch(/^tap\.yaml/);
        refusals++;
      }
    }
    expect(refusals).toBeGreaterThan(100);
  });
});

describe("loading", () => {
  let dir = "";
  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), "tap-config-"));
  });
  afterEach(() => rm(dir, { recursive: true }));

  test("without a file there are no overrides", async () => {
    expect(await loadSettingsFile(dir)).toBe(noSettingsFile);
  });

  test("reads tap.yaml of the folder", async () => {
    await writeFile(join(dir, "tap.yaml"), "environments: { dev: { region: us-west-2 } }");
    expect((await loadSettingsFile(dir)).environments.get("dev")).toEqual({ region: "us-west-2" });
  });

  test.each(["tap.yml", ".tap.yaml", "Tap.yaml"])("refuses %s, which would be ignored", async (name) => {
    await writeFile(join(dir, name), "defaults: {}");
    const expected = `${join(dir, name)}: expected the name tap.yaml`;
    await expect(loadSettingsFile(dir)).rejects.toThrow(expected);
    await writeFile(join(dir, "tap.yaml"), "defaults: {}");
    await expect(loadSettingsFile(dir)).rejects.toThrow(expected);
  });

  test.each<[is: string, make: (path: string) => Promise<unknown>]>([
    ["is larger than 256 kB", (path) => writeFile(path, "").then(() => truncate(path, 40 * 1024 * 1024))],
    ["is a folder", (path) => mkdir(path)],
    ["is a pipe or a device, not a file", async (path) => spawnSync("mkfifo", [path])],
    ["is a link that leads nowhere", (path) => symlink("/nowhere/at/all", path)],
  ])("refuses what %s", async (is, make) => {
    await make(join(dir, "tap.yaml"));
    const expected = `${join(dir, "tap.yaml")}: expected a settings file; this ${is}`;
    await expect(loadSettingsFile(dir)).rejects.toThrow(expected);
  });

  test("a file that was named must be there", async () => {
    const path = join(dir, "other.yaml");
    await expect(loadSettingsFile(dir, path)).rejects.toThrow(InputError);
    await expect(loadSettingsFile(dir, path)).rejects.toThrow(`${path}: expected a settings file; there is none`);
  });

  test("a named file is named in errors", async () => {
    const path = join(dir, "other.yaml");
    await writeFile(path, "nonsense: 1");
    await expect(loadSettingsFile(dir, path)).rejects.toThrow(`${path}:1: nonsense:`);
  });
});
