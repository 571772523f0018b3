import { type Aws, connect } from "../../src/aws/aws.ts";
import type { CallRecord } from "../../src/aws/caller.ts";
import { patient } from "../../src/aws/patience.ts";
import { sweep } from "../../src/cli/sweep.ts";
import { parseSettingsFile } from "../../src/config/parse.ts";
import { resolveSettings } from "../../src/config/resolve.ts";
import { type Clock, wallClock } from "../../src/engine/clock.ts";
import { down } from "../../src/engine/down.ts";
import type { Outcome, Outcomes } from "../../src/engine/outcome.ts";
import { planUp } from "../../src/engine/plan.ts";
import { type Observations, refresh } from "../../src/engine/refresh.ts";
import { up } from "../../src/engine/up.ts";
import { CallCounts } from "../../src/session/calls.ts";
import { readCode } from "../../src/session/code.ts";
import { makeRun } from "../../src/session/run.ts";
import { kinds, platform } from "../../steps/index.ts";
import { MemoryJournal } from "../state/memory-journal.ts";
import { reports, withQuirks } from "./moto-quirks.ts";
import { type MotoServer, region } from "./moto-server.ts";

/** The life of an environment on moto. Each step is as a new process: only the state and the account are the same. */
export interface MotoLifecycle {
  /**
   * `up`.
   *
   * @returns the operations of the calls that were to change something
   * @throws when something does not end well
   */
  bringUp(): Promise<string[]>;
  /** What `status` is made of. */
  look(): Promise<Observations<Aws>>;
  /**
   * `down`, with the sweep that proves that nothing is left.
   *
   * @throws when something does not end well, or is left
   */
  takeDown(): Promise<void>;
  /** Loses the state. */
  forget(): void;
}

/**
 * An environment on moto with everything that is optional. The functions must have been built.
 *
 * @param through where tap reaches moto; what stands in for AWS beside it reaches moto itself
 * @param patience how long tap waits for an answer, on that clock
 */
export async function lifecycleOn(
  moto: MotoServer,
  through = moto.endpoint,
  clock: Clock = wallClock,
  patience = patient,
): Promise<MotoLifecycle> {
  const { account, endpoint } = moto;
  // With a domain, so that certificate, domain name and DNS are part of it.
  const file = parseSettingsFile("environments: { dev: { domain: { name: api.example.com, zone: example.com } } }");
  const settings = resolveSettings({ env: "dev", variables: {}, file });
  const code = await readCode(new URL("../../dist/trade-service.zip", import.meta.url));
  const credentials = { accessKeyId: "test", secretAccessKey: "test" };
  const calls: CallRecord[] = [];
  const record = (call: CallRecord) => void calls.push(call);
  let journal = new MemoryJournal();

  const begin = () => {
    const connection = withQuirks(
      connect({ endpoint: through, region, credentials, clock, patience, record }),
      connect({ endpoint, region, credentials, clock: wallClock }),
      { endpoint: through, region },
    );
    const run = makeRun({ environment: settings.environment, connection, clock, journal, reports });
    // Nobody has delegated the zone but moto, which knows it under the name servers that it gave it.
    const resolveNs = async (_: string, nameServers: readonly string[]) => nameServers;
    const declared = platform(settings, { account, region, code, local: { endpoint }, resolveNs });
    calls.length = 0;
    return { run, declared, looking: refresh(run, declared.nodes, kinds, true) };
  };

  return {
    async bringUp() {
      const { run, declared, looking } = begin();
      const looks = await looking;
      const { conflicts } = planUp(looks);
      if (conflicts.length > 0) throw new Error(`not begun: ${JSON.stringify(conflicts, undefined, 2)}`);
      mustEnd(await up(run, declared.nodes, looks), ["created", "updated", "unchanged"]);
      return calls.filter(({ mutating }) => mutating).map(({ operation }) => operation);
    },
    look: () => begin().looking,
    async takeDown() {
      const { run, declared, looking } = begin();
      const endings = await down<Aws>(run, await looking, { protect: false });
      mustEnd(endings, ["removed", "unchanged"]);
      const session = {
        settings,
        account,
        local: true,
        code: code.sha256,
        platform: declared,
        kinds,
        run,
        state: Object.assign(journal, { path: "in memory", remove: async () => undefined }),
        calls: new CallCounts(),
        close: async () => undefined,
      };
      const { remaining, unsearched } = await sweep(session, endings, true, { protect: false });
      const left = [...remaining.keys()].map(({ id }) => id);
      if (left.length > 0) throw new Error(`left: ${left.join(", ")}`);
      if (unsearched.length > 0) throw new Error(`not searched: ${JSON.stringify(unsearched)}`);
    },
    forget() {
      journal = new MemoryJournal();
    },
  };
}

/** @throws when a node has ended otherwise */
function mustEnd(endings: Outcomes<Aws>, well: readonly Outcome["is"][]): void {
  const bad = [...endings].filter(([, { is }]) => !well.includes(is)).map(([{ id }, ending]) => ({ id, ending }));
  if (bad.length > 0) throw new Error(`did not end well: ${JSON.stringify(bad, undefined, 2)}`);
}
