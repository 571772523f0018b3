import { UpdateAccountCommand } from "@aws-sdk/client-api-gateway";
import {
  AttachRolePolicyCommand,
  CreateRoleCommand,
  DetachRolePolicyCommand,
  PutRolePolicyCommand,
} from "@aws-sdk/client-iam";
import { expect, test } from "vitest";
import { noSettingsFile } from "../../src/config/file.ts";
import { LOG_ROLE } from "../../src/config/names.ts";
import { accountRows, statusRows } from "../../src/engine/status.ts";
import { type StatusReport, statusJson, verdict } from "../../src/report/status.ts";
import { statusMarkdown } from "../../src/report/status-markdown.ts";
import { accountWideText, statusText } from "../../src/report/status-text.ts";
import { makeStyle } from "../../src/report/style.ts";
import { converged, type Scene, unwell } from "./scene.ts";

const scene = await converged(noSettingsFile, {});
const options = { style: makeStyle(false) };
const pushToLogs = "arn:aws:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs";

async function reportOf({ dev }: Scene, environment = "dev"): Promise<StatusReport> {
  const looks = await dev.look();
  const where = { environment, settingsOf: environment, region: "us-east-1", account: "123456789012", local: false };
  return { ...where, rows: statusRows(looks), accountWide: accountRows(looks), unsearched: [] };
}

test("what is set for the whole account is listed once, however many environments use it", async () => {
  const current = scene();
  using _ = current.world;
  const reports = [await reportOf(current), await reportOf(current, "staging")];
  expect(accountWideText(reports, options)).toEqual([
    [
      "for the whole account · us-east-1, account 123456789012",
      "  all that is in the account uses it: tap sets what nobody has set, and leaves the rest",
      `  ✓ api/account-role  iam:shared-role     in-sync  ${LOG_ROLE}`,
      "  ✓ api/account       apigateway:account  in-sync  account",
    ].join("\n"),
  ]);
  expect(statusJson(reports).account).toMatchObject([
    { account: "123456789012", region: "us-east-1", local: false, id: "api/account-role", status: "in-sync" },
    { account: "123456789012", region: "us-east-1", local: false, id: "api/account", status: "in-sync" },
  ]);
  expect(statusMarkdown(reports).match(/for the whole account/g)).toHaveLength(1);
});

test("what others have set there is named, is no drift, and is never changed", async () => {
  const current = scene();
  using _ = current.world;
  const { dev, world } = current;
  const trust = {
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Principal: { Service: "apigateway.amazonaws.com" }, Action: "sts:AssumeRole" }],
  };
  const more = { Version: "2012-10-17", Statement: [{ Effect: "Allow", Action: "s3:ListBucket", Resource: "*" }] };
  const made = { RoleName: "theirs", AssumeRolePolicyDocument: JSON.stringify(trust) };
  const theirs = world.cloud.call(new CreateRoleCommand(made)).Role?.Arn ?? "";
  world.cloud.call(new AttachRolePolicyCommand({ RoleName: "theirs", PolicyArn: pushToLogs }));
  await world.clock.sleep(120_000);
  const patchOperations = [{ op: "replace" as const, path: "/cloudwatchRoleArn", value: theirs }];
  world.cloud.call(new UpdateAccountCommand({ patchOperations }));
  world.cloud.call(
    new PutRolePolicyCommand({ RoleName: LOG_ROLE, PolicyName: "more", PolicyDocument: JSON.stringify(more) }),
  );
  world.cloud.call(
    new AttachRolePolicyCommand({ RoleName: LOG_ROLE, PolicyArn: "arn:aws:iam::aws:policy/AWSXRayDaemonWriteAccess" }),
  );
  const report = await reportOf(current);
  expect(report.accountWide).toMatchObject([
    {
      status: "in-sync",
      reason: "somebody else has given it more, arn:aws:iam::aws:policy/AWSXRayDaemonWriteAccess, which stays",
    },
    { status: "in-sync", reason: `the role is ${theirs}, which somebody else has set, and stays` },
  ]);
  expect(verdict(report)).toBe("in sync (56 resources)");
  dev.mutatingCalls();
  expect(unwell(await dev.up())).toEqual([]);
  expect(dev.mutatingCalls()).toEqual([]);
});

test("what is missing there is not in sync, and up sets it", async () => {
  const current = scene();
  using _ = current.world;
  const { dev, world } = current;
  world.cloud.call(new DetachRolePolicyCommand({ RoleName: LOG_ROLE, PolicyArn: pushToLogs }));
  const report = await reportOf(current);
  expect(report.accountWide[0]).toMatchObject({ status: "drifted", changes: [{ path: `managed.${pushToLogs}` }] });
  const text = statusText(report, options);
  expect(text).toContain("dev: in sync (56 resources), but not what is set for the whole account");
  expect(text).toContain("→ tap up --env dev  sets 1 for the whole account");
  expect(statusJson([report]).environments[0]?.inSync).toBe(false);
  await dev.up();
  expect(verdict(await reportOf(current))).toBe("in sync (56 resources)");
});
