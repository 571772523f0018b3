import { connect } from "../../src/aws/aws.ts";
import type { Exchange } from "../../src/aws/caller.ts";
import type { Cloud } from "../cloud/cloud.ts";
import { code, World } from "../lifecycle/world.ts";
import type { Recorded } from "./exchange.ts";
import { Life, smallSettings } from "./life.ts";
import { Recorder } from "./record.ts";

const credentials = { accessKeyId: "test", secretAccessKey: "test" };

/**
 * What the in-memory AWS answers during the life that an account is recorded with.
 *
 * @param alter sees the cloud before it is used
 * @param listen hears everything as it is, before anything is hidden
 */
export async function recordModel(
  alter: (cloud: Cloud) => void = () => undefined,
  listen: (exchange: Exchange) => void = () => undefined,
): Promise<readonly Recorded[]> {
  using world = new World();
  const { clock, cloud } = world;
  const { account, region } = cloud;
  alter(cloud);
  const recorder = new Recorder();
  const life = new Life(
    smallSettings(region, "proof"),
    { place: { account, region, code }, clock, connect: (told) => connect({ region, clock, credentials, ...told }) },
    (exchange) => {
      listen(exchange);
      recorder.hear(exchange);
    },
  );
  await life.live(new AbortController().signal);
  await life.end();
  return recorder.lines;
}
