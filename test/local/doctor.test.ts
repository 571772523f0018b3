import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { forwardProxy } from "../aws/forward-proxy.ts";
import { lines, Project } from "./project.ts";

/** Status by check. */
const statuses = (report: unknown): Record<string, string> =>
  // What docs/json.md promises.
  Object.fromEntries((report as { checks: { id: string; status: string }[] }).checks.map((c) => [c.id, c.status]));

test("the doctor finds nothing wrong with a machine that can run the local AWS, and leaves nothing on it", async () => {
  await using project = await Project.make({ bare: true });
  const { stdout } = await project.succeed("doctor", "--local");
  expect(stdout).toMatch(/^dev on the local AWS\n\nok {7}node/);
  expect(stdout).toMatch(/\n0 errors, \d warnings?, \d ok\n$/);
  expect(await readdir(project.dir)).toEqual([]);
});

test("AWS_ENDPOINT_URL and proxies are honoured, but not for the local AWS, and the guard of the account holds", async () => {
  await using project = await Project.make();
  await project.succeed("local", "start");
  const { endpoint, credentials } = await project.localAws();
  const variables = {
    AWS_ENDPOINT_URL: endpoint,
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    AWS_SESSION_TOKEN: credentials.sessionToken,
  };
  const log = join(project.dir, "calls.jsonl");
  const well = await project.start(["doctor", "--json", "--verbose", "--debug-log", log], variables).ended;
  const found = lines(well)[0];
  expect(statuses(found)).toMatchObject({ credentials: "ok", clock: "ok", region: "ok", vpcs: "ok", state: "ok" });
  expect(JSON.stringify(found)).toContain("account 000000000000");
  const logged = (await readFile(log, "utf8")).trimEnd().split("\n");
  expect(JSON.parse(logged[0] ?? "")).toMatchObject({ service: "sts", operation: "GetCallerIdentity", attempt: 1 });
  expect(well.stderr.trimEnd().split("\n")).toHaveLength(logged.length);
  expect(well.stderr).toMatch(/Z sts GetCallerIdentity \d+ ms, request /);
  await using proxy = await forwardProxy(endpoint);
  const proxied = {
    ...variables,
    AWS_ENDPOINT_URL: "http://aws.example.test",
    HTTP_PROXY: `http://127.0.0.1:${proxy.port}`,
  };
  expect(statuses(lines(await project.start(["doctor", "--json"], proxied).ended)[0])).toMatchObject({
    credentials: "ok",
    clock: "ok",
    region: "ok",
  });
  expect(new Set(proxy.asked)).toEqual(new Set(["POST http://aws.example.test/", "HEAD http://aws.example.test/"]));
  // Even where Node.js itself is told to use the proxy.
  const count = proxy.asked.length;
  const local = { ...proxied, NODE_USE_ENV_PROXY: "1" };
  const status = await project.start(["local", "status"], local).ended;
  expect(status.stdout).toContain(endpoint);
  expect(await project.start(["plan", "--env", "dev", "--local"], local).ended).toMatchObject({ code: 0 });
  expect(await project.start(["local", "reset", "--yes"], local).ended).toMatchObject({ code: 0 });
  expect(proxy.asked).toHaveLength(count);
  await writeFile(join(project.dir, "tap.yaml"), 'defaults: {account: "111111111111"}\n');
  const guarded = await project.start(["doctor", "--json"], variables).ended;
  expect(guarded.code).toBe(1);
  expect(statuses(lines(guarded)[0])["credentials"]).toBe("error");
  const refused = await project.start(["plan", "--env", "dev"], variables).ended;
  expect([refused.code, refused.stderr]).toEqual([2, expect.stringContaining("expected credentials of the account")]);
});
