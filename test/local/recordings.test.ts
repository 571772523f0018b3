import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { connect } from "../../src/aws/aws.ts";
import { wallClock } from "../../src/engine/clock.ts";
import { localAccount, localCredentials } from "../../src/local/endpoint.ts";
import { startLocalAws, stopLocalAws } from "../../src/local/local-aws.ts";
import { reports as reportedByMinistack } from "../../src/local/unreported.ts";
import { readCode } from "../../src/session/code.ts";
import { differences } from "../recordings/compare.ts";
import type { Recorded } from "../recordings/exchange.ts";
import { recordModel } from "../recordings/in-memory.ts";
import { type Account, Life, smallSettings } from "../recordings/life.ts";
import { prove } from "../recordings/prove.ts";
import { Recorder } from "../recordings/record.ts";
import { smallestClass } from "../recordings/smallest.ts";
import { linkEmulator } from "./installed.ts";
import { reports as reportedByMoto, withQuirks } from "./moto-quirks.ts";
import { startMoto } from "./moto-server.ts";
import { unlisted } from "./recorded-differences.ts";

const region = "us-east-1";
const suffix = "proof-test";

let model: readonly Recorded[];
beforeAll(async () => {
  // Before the model's clients stand in for all others.
  code = await readCode(new URL("../../dist/trade-service.zip", import.meta.url));
});
let code: Awaited<ReturnType<typeof readCode>>;

/** Lives the life that a real account is recorded with. */
async function recordOn(
  account: Account,
  endpoint: string,
  credentials: typeof localCredentials,
  instanceClass: string,
) {
  const recorder = new Recorder();
  const life = new Life(smallSettings(region, suffix, instanceClass), account, recorder.hear);
  const problems = await prove(life, { endpoint, region, credentials }, suffix, new AbortController().signal);
  return { problems, lines: recorder.lines };
}

describe("what an emulator answers, held against the in-memory AWS", () => {
  let recordings: Record<"moto" | "ministack", Awaited<ReturnType<typeof recordOn>>>;

  beforeAll(async () => {
    const dir = await mkdtemp(join(tmpdir(), "tap-recordings-"));
    const moto = await startMoto();
    await linkEmulator(dir);
    const { endpoint, credentials } = await startLocalAws({ dir });
    try {
      const place = (account: string, at: string) => ({ account, region, code, local: { endpoint: at } });
      const plain = (at: string, as: typeof localCredentials): Account["connect"] => {
        return (told) => connect({ endpoint: at, region, credentials: as, clock: wallClock, ...told });
      };
      const [onMoto, onMinistack] = await Promise.all([
        recordOn(
          {
            place: place(moto.account, moto.endpoint),
            clock: wallClock,
            reports: reportedByMoto,
            connect: (told) => {
              const beside = connect({
                endpoint: moto.endpoint,
                region,
                credentials: localCredentials,
                clock: wallClock,
              });
              return withQuirks(plain(moto.endpoint, localCredentials)(told), beside, {
                endpoint: moto.endpoint,
                region,
              });
            },
          },
          moto.endpoint,
          localCredentials,
          "db.t4g.medium",
        ),
        recordOn(
          {
            place: place(localAccount, endpoint),
            clock: wallClock,
            reports: reportedByMinistack,
            connect: plain(endpoint, credentials),
          },
          endpoint,
          credentials,
          await smallestClass({ endpoint, region, credentials }),
        ),
      ]);
      recordings = { moto: onMoto, ministack: onMinistack };
    } finally {
      await moto.stop();
      await stopLocalAws({ dir });
      await rm(dir, { recursive: true, force: true });
    }
    model = await recordModel();
  });

  it("moto lives the life, and leaves only what it always leaves", () => {
    expect(recordings.moto.problems).toEqual([
      // Automatic snapshots outlive their cluster there (see moto-quirks.ts), and are found by other means than tap's.
      expect.stringMatching(/^left in the account: snapshot rds:trading-cluster-proof-test-/),
    ]);
  });

  it("ministack lives the life, and leaves nothing", () => {
    expect(recordings.ministack.problems).toEqual([]);
  });

  it.each(["moto", "ministack"] as const)("%s differs in what is listed, and in nothing else", (name) => {
    expect(unlisted(name, differences(recordings[name].lines, model))).toEqual({ added: [], stale: [] });
  });
});
