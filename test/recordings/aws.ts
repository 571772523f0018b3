/**
 * Proves tap on a real AWS account, and the in-memory AWS by what that account answers:
 *
 *     npm run test:aws -- --account <id> --region <r> [--profile p] [--budget-usd 3]
 *
 * An environment with a suffix of its own is brought up, changed by hand, repaired and taken down; every call and reply is
 * recorded, without what is secret or tells whose it is, into recordings/; then each difference to the in-memory AWS is a
 * line. `--endpoint <url> --yes` is for an emulator.
 */
import { randomBytes } from "node:crypto";
import { appendFileSync, mkdirSync } from "node:fs";
import { createInterface } from "node:readline/promises";
import { parseArgs } from "node:util";
import { connect } from "../../src/aws/aws.ts";
import { connectSts } from "../../src/aws/sts.ts";
import { REGION_LIST, REGIONS } from "../../src/config/regions.ts";
import { wallClock } from "../../src/engine/clock.ts";
import { localCredentials } from "../../src/local/endpoint.ts";
import { reports } from "../../src/local/unreported.ts";
import { readCode } from "../../src/session/code.ts";
import { userCredentials } from "../../src/session/credentials.ts";
import { findEnvironment } from "../../src/session/environment.ts";
import { callerAccount } from "../../src/session/identity.ts";
import { openSlot } from "../../src/state/store.ts";
import { platform } from "../../steps/index.ts";
import { differences } from "./compare.ts";
import { costAtMost, hoursAtMost } from "./cost.ts";
import { recordModel } from "./in-memory.ts";
import { Life, smallSettings } from "./life.ts";
import { prove } from "./prove.ts";
import { Recorder } from "./record.ts";
import { smallestClass } from "./smallest.ts";

const { values } = parseArgs({
  options: {
    account: { type: "string" },
    region: { type: "string" },
    profile: { type: "string" },
    "budget-usd": { type: "string", default: "3" },
    endpoint: { type: "string" },
    yes: { type: "boolean", default: false },
  },
});

function refuse(message: string): never {
  console.error(message);
  process.exit(2);
}

const { account = "", region = "", profile, endpoint, yes } = values;
if (!/^\d{12}$/.test(account)) refuse("--account: expected the id of the account to work in, 12 digits");
if (!Object.hasOwn(REGIONS, region)) refuse(`--region: expected one of ${REGION_LIST}`);
if (yes && endpoint === undefined) refuse("--yes: expected only with --endpoint; on AWS you are asked");
const budget = Number(values["budget-usd"]);
if (!(budget > 0)) refuse("--budget-usd: expected a number above zero");

const suffix = `proof-${randomBytes(3).toString("hex")}`;
const code = await readCode(new URL("../../dist/trade-service.zip", import.meta.url));
const own = { environment: suffix, region, ...(profile === undefined ? {} : { profile }) };
const credentials = endpoint === undefined ? await userCredentials(own, wallClock) : localCredentials;
const at = { region, credentials, ...(endpoint === undefined ? {} : { endpoint }) };

const actual = await callerAccount(connectSts({ ...at, clock: wallClock }));
if (actual !== account) refuse(`--account: these are credentials of another account, ${actual}: nothing was made`);
const settings = smallSettings(region, suffix, await smallestClass(at));

/** The state is kept as any other run keeps it: what a killed run leaves is taken down as usual. */
const cleanUp = `${profile === undefined ? "" : `AWS_PROFILE=${profile} `}npx tap down --env dev --suffix ${suffix} --region ${region}`;
const started = new Date().toISOString();
const file = `recordings/${started.slice(0, 19).replaceAll(":", "")}Z-${region}.jsonl`;
const recorder = new Recorder((line) => appendFileSync(file, `${JSON.stringify(line)}\n`));
const place = { account, region, code, ...(endpoint === undefined ? {} : { local: { endpoint } }) };
const declared = platform(settings, place);
const cost = costAtMost(declared, settings);
console.log(`${declared.nodes.length} resources will be made in account ${account}, ${region}, under the suffix ${suffix}:
one Aurora MySQL instance (${settings.database.instanceClass}), a NAT gateway, a key, functions, an API and what they need.
All of it is removed again, within about an hour and ${hoursAtMost} hours at most. By list prices of us-east-1 that is
$${cost.toFixed(2)} at most; the key stays for ${settings.encryption.deletionWindowDays} days, pending deletion, without cost. API Gateway's role for logs is made if the
account has none, and stays. Every call and reply is recorded into ${file}.
Should this be killed before its end, take down what is left with: ${cleanUp}`);
if (cost > budget) refuse(`--budget-usd: ${budget} is less than that: nothing was made`);

if (!yes) {
  const lines = createInterface({ input: process.stdin, output: process.stdout });
  const typed = await lines.question("Type the account's id to go on: ").catch(() => "");
  lines.close();
  if (typed.trim() !== account) refuse("nothing was made");
}

async function keepState() {
  const request = { dir: ".", env: "dev", suffix, region, local: false, variables: process.env };
  const place = await (await findEnvironment(request, wallClock)).place();
  const lock = await place.lock({ command: "npm run test:aws", clock: wallClock });
  const state = await openSlot(place, wallClock, lock);
  state.bind({ account, region, settingsOf: "dev" });
  return { state, lock };
}

mkdirSync("recordings", { recursive: true });
const kept = endpoint === undefined ? await keepState() : undefined;
const life = new Life(
  settings,
  {
    place,
    clock: wallClock,
    connect: (told) => connect({ ...at, clock: wallClock, ...told }),
    ...(endpoint === undefined ? {} : { reports }),
    ...(kept === undefined ? {} : { state: kept.state }),
  },
  recorder.hear,
  (text) => console.error(`${new Date().toISOString()} ${text}`),
);
const interruption = new AbortController();
for (const name of ["SIGINT", "SIGTERM"] as const) {
  process.on(name, () => {
    console.error(`interrupted: taking ${suffix} down, please wait`);
    interruption.abort();
  });
}
const problems = await prove(life, at, suffix, interruption.signal);
await kept?.state.close();
await kept?.lock.release();
for (const problem of problems) console.error(problem);
if (problems.length > 0) {
  process.exitCode = 1;
  console.error(`If anything is left: ${cleanUp}`);
}
console.log(`${recorder.lines.length} calls recorded in ${file}. Read it before you give it to anybody.`);
const found = differences(recorder.lines, await recordModel());
for (const difference of found) console.log(difference);
console.log(`${found.length} differences to the in-memory AWS`);
