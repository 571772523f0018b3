import { StateWriteError } from "../../../src/state/errors.ts";
import type { Call } from "../../cloud/cloud.ts";
import { awsError, connectionReset, timeout } from "../../cloud/errors.ts";
import type { Hooks } from "../crash/machine.ts";
import type { World } from "../world.ts";
import { type Mishap, mishaps, random, type Weather } from "./weather.ts";

/** Stands in every message that AWS answers with in a storm, so that it can be told from what the tool says. */
export const answered = "storm: AWS answers";

let requests = 0;

/** An answer of AWS, with the id that every answer has. */
function answer(code: string, status: number): Error {
  const error = awsError(code, `${answered} ${code}`, status);
  error.$metadata.requestId = `storm-${++requests}`;
  return error;
}

/** What a run meets with, once: calls, writes and clock are counted from its beginning. */
export function faults(weather: Weather, world: World): Hooks {
  const { cloud, clock } = world;
  const next = random(weather.seed);
  for (let n = 0; n < weather.natFailures; n++)
    cloud.services.ec2.failNextNatGateway("Something went wrong at our end");
  cloud.services.rds.exhaustCapacity(weather.noCapacity);
  let calls = 0;

  const call = async (call: Readonly<Call>, apply: () => object): Promise<object> => {
    const number = ++calls;
    const { outage, expired } = weather;
    if (expired !== undefined && number >= expired) throw answer("ExpiredTokenException", 403);
    if (outage !== undefined && number >= outage.from && number < outage.from + outage.calls) throw connectionReset();
    switch (choose(weather, next())) {
      case "throttled":
        throw answer("ThrottlingException", 400);
      case "refused with 500":
        throw answer("InternalFailure", 500);
      case "applied, then 500":
        apply();
        throw answer("InternalFailure", 500);
      case "reset before":
        throw connectionReset();
      case "reset after":
        apply();
        throw connectionReset();
      case "reply past the deadline":
        apply();
        await clock.sleep(60_000);
        throw timeout();
      case "slow":
        await clock.sleep(5_000);
        return apply();
      default: {
        const output = apply();
        if (weather.certificateFails && call.operation === "RequestCertificate" && "CertificateArn" in output) {
          cloud.services.acm.fail(String(output.CertificateArn), "CAA_ERROR");
        }
        return output;
      }
    }
  };

  const write = ({ number }: { readonly number: number }, after: boolean): void => {
    const { disk } = weather;
    if (disk === undefined || disk.after !== after) return;
    if (number < disk.from || number >= disk.from + disk.writes) return;
    const why = disk.code === "ENOSPC" ? "no space left on device" : "read-only file system";
    throw new StateWriteError(`state/dev.json cannot be written: ${disk.code}: ${why}`, {
      advice: "Free disk space, or make the folder writable for this user, and run the same command again.",
    });
  };

  return {
    skew: weather.skew,
    call,
    beforeWrite: (w) => write(w, false),
    afterWrite: (w) => write(w, true),
  };
}

/** The sky clears: what is still to fail does not. */
export function clear({ cloud }: World): void {
  cloud.services.ec2.store.natFailures.splice(0);
  cloud.services.rds.exhaustCapacity(0);
}

function choose({ perMille }: Weather, number: number): Mishap | undefined {
  let left = number * 1000;
  for (const mishap of mishaps) {
    left -= perMille[mishap];
    if (left < 0) return mishap;
  }
  return undefined;
}
