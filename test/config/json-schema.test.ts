import { readFileSync } from "node:fs";
import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { describeSettings } from "../../src/config/describe.ts";
import { noSettingsFile } from "../../src/config/file.ts";
import { settingsJsonSchema } from "../../src/config/json-schema.ts";
import { parseSettingsFile } from "../../src/config/parse.ts";
import { PRESETS } from "../../src/config/presets.ts";
import { resolveSettings } from "../../src/config/resolve.ts";

const check = new Ajv2020({ allErrors: true }).compile(settingsJsonSchema());

/** Where the schema finds something wrong. */
const wrong = (yaml: string): string[] => {
  check(parse(yaml));
  return (check.errors ?? []).map(({ instancePath }) => instancePath);
};

/** The settings files that a document shows. */
const shown = (document: string): string[] =>
  [...readFileSync(document, "utf8").matchAll(/```yaml\n(.*?)```/gs)].map(([, yaml = ""]) => yaml);

describe("the JSON Schema of the settings file", () => {
  test.each([
    ...PRESETS.map((env) => describeSettings(resolveSettings({ env, variables: {}, file: noSettingsFile }))),
    ...shown("README.md"),
    ...shown("docs/settings.md"),
    "defaults:\nenvironments:\n  dev:\n",
    "environments: {qa: {preset: staging, database: {readers: 0}}}",
  ])("accepts what tap accepts: %j", (yaml) => {
    expect(() => parseSettingsFile(yaml)).not.toThrow();
    expect(wrong(yaml)).toEqual([]);
  });

  test.each([
    ["defaults: {account: 123456789012}", "/defaults/account"],
    ["defaults: {region: eu-west-1}", "/defaults/region"],
    ["defaults: {network: {natGateways: 3}}", "/defaults/network/natGateways"],
    ["defaults: {network: {publicSubnets: [{zone: us-east-1a}]}}", "/defaults/network/publicSubnets"],
    ["defaults: {logs: {retentionDays: 31}}", "/defaults/logs/retentionDays"],
    ["environments: {prod: {database: {readers: 16}}}", "/environments/prod/database/readers"],
    ["environments: {prod: {database: {reader: 1}}}", "/environments/prod/database"],
    ["environments: {prod: {data: keep}}", "/environments/prod/data"],
    ["environment: {}", ""],
  ])("refuses %s where tap does", (yaml, at) => {
    expect(() => parseSettingsFile(yaml)).toThrow();
    expect(wrong(yaml)).toContain(at);
  });
});
