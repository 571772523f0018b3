import { createHash } from "node:crypto";
import { once } from "node:events";
import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { STATE_SCHEMA } from "../../src/state/schema.ts";
import { Project, type Variables } from "./project.ts";
import { filesBelow } from "./secrets.ts";

const account = "123456789012";
const credentials = { AWS_ACCESS_KEY_ID: "test", AWS_SECRET_ACCESS_KEY: "test" };

/** The bodies of all requests that AWS got. */
const requests: string[] = [];
/** Answers everything as STS answers whose credentials these are. */
const aws = createServer(async (request, reply) => {
  requests.push((await request.map(String).toArray()).join(""));
  reply.setHeader("content-type", "text/xml");
  const result = `<Account>${account}</Account><Arn>arn:aws:iam::${account}:user/test</Arn><UserId>test</UserId>`;
  reply.end(
    `<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult>${result}</GetCallerIdentityResult></GetCallerIdentityResponse>`,
  );
});

let project: Project;

beforeAll(() => listen(aws));
afterAll(() => aws.close());
beforeEach(async () => {
  project = await Project.make({ bare: true });
  requests.length = 0;
});
afterEach(async () => {
  await project[Symbol.asyncDispose]();
});

async function listen(server: Server): Promise<void> {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
}

function portOf(server: Server): number {
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  return address.port;
}

/** Every file of the project with a hash of its content and when it was written last. Folders may have held a lock. */
async function files(): Promise<Record<string, string>> {
  const found = await filesBelow(project.dir);
  const each = found.map(async (file) => {
    const [text, { mtimeMs }] = await Promise.all([readFile(file), stat(file)]);
    const hash = createHash("sha256").update(text).digest("hex");
    return [relative(project.dir, file), `${mtimeMs} ${hash}`] as const;
  });
  return Object.fromEntries(await Promise.all(each));
}

async function write(name: string, text: string): Promise<void> {
  const file = join(project.dir, name);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, text);
}

interface Expectation {
  /** What it has to say. */
  readonly says: readonly string[];
  /** How often AWS may be asked whose credentials these are; nothing else may be asked. */
  readonly identified?: number;
  readonly variables?: Variables;
}

/** Runs `tap`, which has to refuse: exit code 2, nothing written, and nothing asked of AWS. */
async function refused(args: readonly string[], { says, identified = 0, variables = {} }: Expectation): Promise<void> {
  const before = await files();
  const endpoint = { AWS_ENDPOINT_URL: `http://127.0.0.1:${portOf(aws)}`, AWS_EC2_METADATA_DISABLED: "true" };
  const { code, stdout, stderr } = await project.start(args, { ...endpoint, ...credentials, ...variables }).ended;
  for (const text of says) expect(stdout + stderr).toContain(text);
  // The drift report says on standard output why there is none.
  expect({ code, stdout: args[0] === "status" ? "" : stdout }).toEqual({ code: 2, stdout: "" });
  expect(requests).toEqual(Array(identified).fill(expect.stringContaining("Action=GetCallerIdentity")));
  expect(await files()).toEqual(before);
}

describe("on the command line", () => {
  it.each<[name: string, args: string[], says: string[]]>([
    [
      "an environment that is not known",
      ["up", "--env", "devv", "--yes"],
      ["--env: expected one of dev, staging, prod (did you mean dev?)", 'got "devv"'],
    ],
    ["no environment", ["up", "--yes"], ["--env: expected an environment: dev, staging, prod"]],
    ["an option that is not known", ["up", "--enb", "dev"], ["unknown option '--enb'", "Did you mean --env?"]],
    ["a command that is not known", ["upp"], ["unknown command 'upp'", "Did you mean up?"]],
    [
      "a region that is not known",
      ["up", "--env", "dev", "--region", "mars-1", "--yes"],
      ["--region", "us-east-1", '"mars-1"'],
    ],
    [
      "a suffix of wrong characters",
      ["up", "--env", "dev", "--suffix", "Bad_Suffix", "--yes"],
      ["--suffix: expected lower-case letters, digits and single hyphens", 'got "Bad_Suffix"'],
    ],
    [
      "a suffix that is too long",
      ["up", "--env", "dev", "--suffix", "a".repeat(30), "--yes"],
      ["--suffix: expected at most 22 characters", "would exceed 63", `got "${"a".repeat(30)}"`],
    ],
    [
      "a concurrency of nothing",
      ["up", "--env", "dev", "--concurrency", "0", "--yes"],
      ["--concurrency", "1 to 64", "'0'"],
    ],
    ["a port that is none", ["local", "start", "--port", "70000"], ["--port", "1 to 65535", "'70000'"]],
    ["nobody to ask before up", ["up", "--env", "dev"], ["--yes: expected it to be given, since there is no terminal"]],
    ["nobody to ask before down", ["down", "--env", "dev", "--local"], ["--yes: expected it to be given"]],
  ])("%s is refused", async (_, args, says) => {
    await refused(args, { says });
  });

  it("a suffix in the environment is checked, too", async () => {
    const variables = { ENVIRONMENT_SUFFIX: "-x" };
    await refused(["up", "--env", "dev", "--yes"], { variables, says: ["ENVIRONMENT_SUFFIX: expected", 'got "-x"'] });
  });
});

describe("in tap.yaml", () => {
  it.each<[name: string, yaml: string, says: string[]]>([
    ["what is no YAML", "environments:\n  dev: [\n", ["tap.yaml:", "settings file: expected YAML"]],
    [
      "a setting that is not known",
      "environments:\n  dev:\n    databse: {}\n",
      ["tap.yaml:3: environments.dev.databse: expected a known name (did you mean database?)"],
    ],
    [
      "a value of the wrong type",
      "defaults:\n  database:\n    readers: many\n",
      ["tap.yaml:3: defaults.database.readers: expected a whole number from 0 to 15", 'got "many"'],
    ],
    [
      "a CIDR block that is none",
      "environments:\n  dev:\n    network:\n      cidr: 10.0.0.1/16\n",
      ["tap.yaml:4: environments.dev.network.cidr: expected", "such as 10.0.0.0/16", 'got "10.0.0.1/16"'],
    ],
    [
      "subnets that overlap",
      "environments:\n  dev:\n    network:\n      publicSubnets: [{ cidr: 10.0.0.0/24 }, { cidr: 10.0.0.128/25 }]\n",
      ["tap.yaml:4: environments.dev.network.publicSubnets", "expected", "10.0.0.128/25"],
    ],
    [
      "subnets outside the VPC",
      "environments:\n  dev:\n    network:\n      privateSubnets: [{ cidr: 10.9.0.0/24 }, { cidr: 10.0.11.0/24 }]\n",
      ["tap.yaml:4: environments.dev.network.privateSubnets", "10.0.0.0/16", "10.9.0.0/24"],
    ],
    [
      "a database named by a word of MySQL's",
      "environments:\n  dev:\n    database: { name: order }\n",
      ["tap.yaml:3: environments.dev.database.name: expected a name that is no reserved word", 'got "order"'],
    ],
    [
      "a host name that no certificate can have",
      `defaults:\n  domain: { name: ${"a".repeat(63)}.example.com, zone: example.com }\n`,
      ["tap.yaml:2: defaults.domain.name: expected at most 64 characters"],
    ],
    [
      "an environment with a name that can be no suffix",
      "environments:\n  Dev_1: { preset: dev }\n",
      ["tap.yaml:2: environments.Dev_1: expected a suffix", 'got "Dev_1"'],
    ],
  ])("%s is refused, by every command that needs settings", async (_, yaml, says) => {
    await write("tap.yaml", yaml);
    for (const command of ["up --yes", "down --yes", "status", "outputs", "config"]) {
      await refused([...command.split(" "), "--env", "dev"], { says });
    }
  });
});

describe("about the account", () => {
  it("no credentials are an error that says where they may come from", async () => {
    const none = { AWS_ACCESS_KEY_ID: "", AWS_SECRET_ACCESS_KEY: "" };
    const says = ["no AWS credentials were found", "AWS_PROFILE", "--local"];
    for (const command of ["up --yes", "down --yes", "status"]) {
      await refused([...command.split(" "), "--env", "dev"], { says, variables: none });
    }
  });

  it("a profile that there is not is named, with what was probably meant", async () => {
    await write("../home/.aws/config", "[profile production]\nregion = us-east-1\n");
    const says = ["AWS_PROFILE names the profile prodction", "did you mean production?", "hold only production"];
    for (const command of ["up --yes", "plan", "status"]) {
      await refused([...command.split(" "), "--env", "dev"], { says, variables: { AWS_PROFILE: "prodction" } });
    }
  });

  it("a program for credentials that fails is named, and nothing that it prints is shown", async () => {
    const secret = "wJalrXUtnFEMI-planted";
    await write(
      "../home/.aws/config",
      `[profile ci]\ncredential_process = sh -c "echo ${secret}; echo ${secret} >&2; exit 3"\n`,
    );
    const variables = { AWS_PROFILE: "ci", AWS_ACCESS_KEY_ID: "", AWS_SECRET_ACCESS_KEY: "" };
    await refused(["up", "--env", "dev", "--yes"], {
      says: ["credential_process of the profile ci failed"],
      variables,
    });
    expect(JSON.stringify(project.transcript)).not.toContain(secret);
  });

  it("credentials of another account than the settings name are refused", async () => {
    await write("tap.yaml", 'environments:\n  dev:\n    account: "999999999999"\n');
    const says = ["tap.yaml:3: AWS credentials: expected credentials of the account 999999999999", `got "${account}"`];
    await refused(["up", "--env", "dev", "--yes"], { says, identified: 1 });
  });

  it("a state that was made in another account, or region, is refused", async () => {
    const state = { schema: 1, environment: "dev", region: "us-east-1", serial: 1, resources: {}, retained: {} };
    await write("state/dev.json", JSON.stringify({ ...state, account: "999999999999" }));
    const other = ["dev.json: account: expected 999999999999, where dev was made", `got "${account}"`];
    await refused(["up", "--env", "dev", "--yes"], { says: other, identified: 1 });

    requests.length = 0;
    await write("state/dev.json", JSON.stringify({ ...state, account }));
    const elsewhere = ["dev.json: region: expected us-east-1, where dev was made", 'got "us-west-2"'];
    await refused(["up", "--env", "dev", "--region", "us-west-2", "--yes"], { says: elsewhere, identified: 1 });
  });
});

describe("in the state file", () => {
  const newer = JSON.stringify({
    schema: STATE_SCHEMA + 1,
    account,
    region: "us-east-1",
    environment: "dev",
    all: "different",
  });

  it.each<[name: string, text: string, says: string[]]>([
    ["what is no JSON", '{"schema": 1, "acc', ["dev.json is damaged: it is not JSON", "It is left as it is."]],
    ["what is no state", '{"schema": 1}', ["dev.json is damaged: account", "It is left as it is."]],
    ["nothing", "", ["dev.json is damaged"]],
    ["what a newer tap has written", newer, ["written by a newer tap", `reads version ${STATE_SCHEMA}`, "Upgrade tap"]],
  ])("%s is refused and never overwritten", async (_, text, says) => {
    await write("state/dev.json", text);
    await write("state/local/dev.json", text);
    for (const command of ["up --yes", "down --yes", "status", "outputs", "up --local --yes", "down --local --yes"]) {
      await refused([...command.split(" "), "--env", "dev"], { says });
    }
  });
});

describe("for the local AWS", () => {
  it("a machine without Python is told what to install", async () => {
    const empty = await mkdtemp(join(tmpdir(), "tap-no-python-"));
    try {
      const says = ["the local AWS needs Python 3.10 or newer: there is none on the PATH", "Install Python 3.10"];
      await refused(["up", "--env", "dev", "--local", "--yes"], { says, variables: { PATH: empty } });
    } finally {
      await rm(empty, { recursive: true });
    }
  });

  it("a port that is occupied is refused before anything is installed", async () => {
    const port = String(portOf(aws));
    const says = [`port ${port} on 127.0.0.1 is occupied`, "Choose another port"];
    await refused(["local", "start", "--port", port], { says });
  });
});
