import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { fenced, putSection } from "./docs/sections.ts";

// Records what a new user sees, in a fresh clone of this repository's last commit, and puts it into the README:
// npx node scripts/record-session.ts

/** One thing that is typed, and how many lines of its output are shown from its beginning and its end. */
interface Step {
  readonly typed: string;
  readonly first: number;
  readonly last: number;
}

const json = "-H 'content-type: application/json'";
const trade = `'{"symbol":"AAPL","side":"buy","quantity":100,"price":"187.50","clientOrderId":"order-1"}'`;

const session: readonly Step[] = [
  { typed: "npm ci && npx tap up --env dev --local --yes", first: 12, last: 14 },
  { typed: "npx tap status", first: 8, last: 6 },
  { typed: 'eval "$(npx tap outputs --env dev --local --shell)"', first: 9, last: 0 },
  {
    typed: `curl -si "$TAP_API_URL/trade" ${json} \\\n    -H 'Idempotency-Key: 7f3a' \\\n    -d ${trade}`,
    first: 12,
    last: 1,
  },
  { typed: 'curl -s "$TAP_API_URL/trade?symbol=AAPL&limit=10"', first: 2, last: 0 },
  {
    typed: `curl -s "$TAP_API_URL/trade" ${json} \\\n    -d '{"symbol":"AAPL","side":"hold","quantity":1.5}'`,
    first: 4,
    last: 0,
  },
  { typed: "npx tap up --env dev --local --yes", first: 9, last: 2 },
  { typed: "npx tap down --env dev --local --yes", first: 6, last: 6 },
  { typed: "npx tap local stop", first: 2, last: 0 },
];

const root = fileURLToPath(new URL("..", import.meta.url));
const readme = join(root, "README.md");

async function record(): Promise<string> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), "tap-session-")));
  try {
    await run(["git", "clone", "--quiet", root, folder], tmpdir());
    const shown = await type(folder);
    return fenced("console", shown.join("\n\n"));
  } finally {
    // Nothing must be left running, however the session has ended.
    await run(["node", join(folder, "dist", "tap.js"), "local", "stop", "--dir", folder], folder).catch(
      () => undefined,
    );
    await rm(folder, { recursive: true, force: true });
  }
}

/** Types every step into one shell, so that what one exports the next can use. */
async function type(folder: string): Promise<string[]> {
  const end = "-- end of step, exit code";
  const script = session.map(({ typed }) => `{ ${typed}\n} </dev/null 2>&1; printf '\\n${end} %s\\n' $?\n`).join("");
  const shell = spawn("bash", ["--norc", "-c", script], {
    cwd: folder,
    env: environment(),
    stdio: ["ignore", "pipe", "inherit"],
  });
  shell.stdout.setEncoding("utf8");
  let output = "";
  shell.stdout.on("data", (text: string) => {
    output += text;
  });
  await once(shell, "close");
  const parts = output.split(new RegExp(`\n${end} (\\d+)\n`));
  return session.map(({ typed, first, last }, i) => {
    const [text, code] = [parts[2 * i] ?? "", parts[2 * i + 1]];
    if (code !== "0") throw new Error(`"${typed}" ended with ${code ?? "nothing"}:\n${text}`);
    return [`$ ${typed}`, ...cut(tidy(text, folder), first, last)].join("\n");
  });
}

/** What a new user has: nothing that chooses an environment, an account or colours, and an npm that warns of nothing. */
function environment(): NodeJS.ProcessEnv {
  const own = Object.entries(process.env).filter(
    ([name]) => !/^(AWS_|npm_|ENVIRONMENT_SUFFIX$|FORCE_COLOR$)/.test(name),
  );
  return { ...Object.fromEntries(own), NO_COLOR: "1", npm_config_loglevel: "error", npm_config_progress: "false" };
}

/** The lines of an output, without where the clone is. */
const tidy = (text: string, folder: string): string[] =>
  text.trim() === "" ? [] : text.replaceAll(`${folder}/`, "").trim().split("\n");

function cut(lines: readonly string[], first: number, last: number): readonly string[] {
  const left = lines.length - first - last;
  if (left <= 1) return lines;
  return [...lines.slice(0, first), `[… ${left} lines left out …]`, ...lines.slice(lines.length - last)];
}

async function run([program = "", ...args]: readonly string[], cwd: string): Promise<void> {
  const child = spawn(program, args, { cwd, stdio: ["ignore", "ignore", "inherit"] });
  const [code] = await once(child, "close");
  if (code !== 0) throw new Error(`${program} ended with ${code}`);
}

const recorded = await record();
await writeFile(readme, putSection(await readFile(readme, "utf8"), "session", recorded));
