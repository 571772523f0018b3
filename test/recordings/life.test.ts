import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { connect } from "../../src/aws/aws.ts";
import { folderBackend } from "../../src/state/file.ts";
import { openSlot, readSlot } from "../../src/state/store.ts";
import { code, World } from "../lifecycle/world.ts";
import { Life, smallSettings } from "./life.ts";

it("keeps its state as a run of tap does, until everything is down: what it leaves when killed can be taken down", async () => {
  using world = new World();
  const { clock, cloud } = world;
  const { account, region } = cloud;
  const dir = await mkdtemp(join(tmpdir(), "tap-proof-"));
  try {
    const home = folderBackend(dir, false).of("proof");
    const lock = await home.lock({ command: "proof", clock });
    const state = await openSlot(home, clock, lock);
    state.bind({ account, region, settingsOf: "dev" });
    const credentials = { accessKeyId: "test", secretAccessKey: "test" };
    const life = new Life(
      smallSettings(region, "proof"),
      {
        place: { account, region, code },
        clock,
        state,
        connect: (told) => connect({ region, clock, credentials, ...told }),
      },
      () => undefined,
    );
    await life.live(new AbortController().signal);
    const left = await readSlot(home);
    expect(left).toMatchObject({ account, region, settingsOf: "dev" });
    expect(Object.keys(left?.resources ?? {}).length).toBeGreaterThan(40);
    await life.end();
    expect(await readSlot(home)).toBeUndefined();
    await lock.release();
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
});
