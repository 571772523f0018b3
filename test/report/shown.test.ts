import { GetKeyPolicyCommand, PutKeyPolicyCommand, ScheduleKeyDeletionCommand } from "@aws-sdk/client-kms";
import {
  CreateEventSourceMappingCommand,
  CreateFunctionUrlConfigCommand,
  GetFunctionConfigurationCommand,
  PutFunctionConcurrencyCommand,
  UpdateFunctionConfigurationCommand,
} from "@aws-sdk/client-lambda";
import { describe, expect, test } from "vitest";
import { noSettingsFile } from "../../src/config/file.ts";
import { planUp } from "../../src/engine/plan.ts";
import { accountRows, statusRows } from "../../src/engine/status.ts";
import { upPlanText } from "../../src/report/plan.ts";
import type { StatusReport } from "../../src/report/status.ts";
import { statusMarkdown } from "../../src/report/status-markdown.ts";
import { statusText } from "../../src/report/status-text.ts";
import { makeStyle } from "../../src/report/style.ts";
import { failuresText } from "../../src/report/words.ts";
import { converged, type Scene } from "../lifecycle/scene.ts";
import { expectGolden } from "./golden.ts";

const style = makeStyle(false);
const scene = await converged(noSettingsFile, {});

const idOf = ({ dev }: Scene, node: string): string => dev.journal.get(node)?.id ?? "";

/** What happened to the platform behind tap's back. */
const happened: Readonly<Record<string, (scene: Scene) => Promise<void>>> = {
  async "key-lost"(scene) {
    const { world } = scene;
    world.cloud.call(new ScheduleKeyDeletionCommand({ KeyId: idOf(scene, "encryption/key"), PendingWindowInDays: 7 }));
    await world.clock.sleep(8 * 24 * 3_600_000);
  },
  async "subnet-lost"(scene) {
    scene.world.cloud.services.ec2.store.subnets.delete(idOf(scene, "network/private-subnet-1"));
  },
  async "policy-changed"(scene) {
    const { cloud } = scene.world;
    const KeyId = idOf(scene, "encryption/key");
    const { Policy = "" } = cloud.call(new GetKeyPolicyCommand({ KeyId, PolicyName: "default" }));
    const changed = Policy.replace('"kms:Describe*"', '"kms:CreateGrant"');
    cloud.call(new PutKeyPolicyCommand({ KeyId, PolicyName: "default", Policy: changed }));
  },
  async "variable-changed"({ world: { cloud, clock } }) {
    const FunctionName = "trading-query-dev";
    await clock.sleep(120_000);
    const { Environment } = cloud.call(new GetFunctionConfigurationCommand({ FunctionName }));
    const host = `a-host-with-a-name-that-fits-on-no-line.${"of-another-cluster.".repeat(4)}example.com`;
    const Variables = { ...Environment?.Variables, TRADE_READER_HOST: host, API_PASSWORD: "hunter2" };
    cloud.call(new UpdateFunctionConfigurationCommand({ FunctionName, Environment: { Variables } }));
    await clock.sleep(120_000);
  },
  async strangers({ world: { cloud } }) {
    const FunctionName = "trading-processor-dev";
    const EventSourceArn = "arn:aws:sqs:us-east-1:123456789012:theirs";
    cloud.call(new CreateFunctionUrlConfigCommand({ FunctionName, AuthType: "NONE" }));
    cloud.call(new PutFunctionConcurrencyCommand({ FunctionName, ReservedConcurrentExecutions: 0 }));
    cloud.call(new CreateEventSourceMappingCommand({ FunctionName: "trading-query-dev", EventSourceArn }));
  },
};

describe.each(Object.keys(happened))("%s", async (what) => {
  const current = scene();
  const { dev } = current;
  await happened[what]?.(current);
  const looks = await dev.look();
  const plan = planUp(looks);
  current.world[Symbol.dispose]();
  const where = { environment: "dev", region: "us-east-1", account: "123456789012", local: false };
  const report: StatusReport = {
    ...where,
    settingsOf: "dev",
    rows: statusRows(looks),
    accountWide: accountRows(looks),
    unsearched: looks.unsearched,
  };
  const flagged = report.rows.filter(({ findings }) => findings !== undefined);
  const view = {
    ...where,
    ...plan,
    leftOver: looks.leftOver,
    prune: false,
    retained: new Set<string>(),
    skipped: [],
    flagged,
  };

  test.each([80, 140])("in %i columns", (columns) => {
    const planned =
      plan.conflicts.length > 0
        ? failuresText("It cannot be brought up. Nothing was changed.", plan.conflicts, style)
        : upPlanText(view, style, columns);
    const text = `${statusText(report, { style, columns })}\n\n${planned}`;
    expectGolden(`shown-${what}-${columns}`, text);
    expect(text).not.toContain("hunter2");
  });

  test("as Markdown", () => {
    expectGolden(`shown-${what}-markdown`, statusMarkdown([report]));
  });

  test("nothing that is still there is said not to be there", () => {
    const there = new Set(report.rows.flatMap(({ id, status }) => (status === "missing" ? [] : [id])));
    const gone = report.rows.flatMap(({ reason = "" }) => [...reason.matchAll(/([^ ]+), which is not there/g)]);
    for (const [, id = ""] of gone) expect(there).not.toContain(id);
    const [text] = report.rows.flatMap(({ id, reason }) => (id === "functions/processor" ? [reason] : []));
    if (what === "key-lost") {
      expect(text).toBe("needs encryption/key, which is not there, and database/cluster, which has failed");
    }
  });
});
