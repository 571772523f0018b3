import type { Standing, StatusRow } from "../../src/engine/status.ts";
import type { RecordedRun } from "../../src/history/files.ts";
import type { Begun, Happened } from "../../src/history/records.ts";

/** A name as someone chooses it who means harm. */
export const hostileName = `<script>alert("x")</script>'</title></style>--><img src=x onerror=alert(1)>`;

/** A morning. */
export const noon = Date.UTC(2026, 10, 3, 12);

/** Rows of a platform that is far larger than ours, in every status. */
export function manyRows(n: number): StatusRow[] {
  const kinds = [
    ["network", "ec2:subnet", "private-subnet", "Subnets"],
    ["network", "ec2:nat-gateway", "nat", "Subnets"],
    ["security-groups", "ec2:security-group-rule", "rule", "Security groups"],
    ["logs", "logs:log-group", "group", "CloudWatch Logs"],
    ["database", "rds:instance", "reader", "Aurora MySQL"],
    ["functions", "lambda:function", "function", "Lambda functions"],
    ["api", "apigateway:method", "method", "API Gateway"],
    ["elsewhere", "sqs:queue", "queue", undefined],
  ] as const;
  const standings: readonly Standing[] = ["in-sync", "in-sync", "drifted", "missing", "blocked", "retained"];
  return Array.from({ length: n }, (_, i) => {
    const [step, type, name, card] = kinds[i % kinds.length] ?? kinds[0];
    const status = standings[i % standings.length] ?? "in-sync";
    const awsId = status === "missing" ? {} : { awsId: `trading-${name}-${i}` };
    const changes =
      status === "drifted" ? [{ path: "retentionDays", want: 30, live: 365 + i, fix: "update" as const }] : [];
    return { id: `${step}/${name}-${i}`, step, type, card, status, changes, ...awsId };
  });
}

export const begun = (nodes: Begun["nodes"], at = noon): Begun => ({
  event: "begun",
  schema: 1,
  at,
  command: "tap up --env dev",
  environment: "dev",
  region: "us-east-1",
  account: "123456789012",
  local: false,
  nodes,
});

/** A run that creates so many resources, ten at a time, with waits and retries. */
export function manyEvents(n: number, at = noon): RecordedRun {
  const id = (i: number) => `database/reader-${i}`;
  const events = Array.from({ length: n }, (_, i): Happened[] => {
    const from = at + Math.floor(i / 10) * 2000 + (i % 10) * 100;
    const node = id(i);
    return [
      { event: "started", at: from, node, type: "rds:instance", action: "create" },
      ...(i % 7 === 0
        ? [{ event: "retrying", at: from + 300, node, reason: "Throttling", delaySeconds: 1 } as const]
        : []),
      { event: "waiting", at: from + 600, node, for: "creating" },
      i % 50 === 49
        ? { event: "failed", at: from + 1800, node, message: "InsufficientDBInstanceCapacity" }
        : { event: "done", at: from + 1800, node },
    ];
  }).flat();
  const nodes = Object.fromEntries(
    Array.from({ length: n }, (_, i) => [id(i), { type: "rds:instance", needs: i < 10 ? [] : [id(i - 10)] }]),
  );
  events.sort((a, b) => a.at - b.at);
  const end = (events.at(-1)?.at ?? at) + 100;
  return { begun: begun(nodes, at), events, ended: { event: "ended", at: end, outcome: "failed" } };
}
