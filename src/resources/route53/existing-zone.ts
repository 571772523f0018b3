import type { GetHostedZoneCommandOutput } from "@aws-sdk/client-route-53";
import * as z from "zod";
import { TapError } from "../../engine/errors.ts";
import { ready } from "../../engine/kind.ts";
import { type AwsKind, keyOf } from "../define.ts";
import { ifThere, required } from "../missing.ts";
import { route53 } from "./permissions.ts";
import { bareId, describeZone, nameServersOf, plain, type ZoneOutputs } from "./shared.ts";

type Key = {
  readonly hostedZoneId: string;
  /** The apex that the settings give it. */
  readonly zoneName: string;
};

const advice = "Check domain.hostedZoneId and domain.zone in the settings.";

/** A hosted zone of someone else's that is only ever given records. Never tagged, never changed, never removed. */
export const ExistingHostedZone: AwsKind<object, GetHostedZoneCommandOutput, ZoneOutputs, Key> = {
  type: "route53:existing-zone",
  recover: "setting",
  usable: "ready",
  releases: "gone",
  replace: "refuse",
  role: "lookup",
  minutes: { create: 1, update: 1, remove: 1 },
  seconds: { create: 0, remove: 0 },
  permissions: route53,
  card: "Domain and DNS",
  parseKey: keyOf(z.object({ hostedZoneId: z.string(), zoneName: z.string() })),

  /** @throws {TapError} when it is not there, private, or another domain's: nothing can be made without it */
  async find(aws, _me, { hostedZoneId, zoneName }) {
    const found = await ifThere(describeZone(aws, bareId(hostedZoneId)));
    if (found === undefined)
      throw new TapError(`hosted zone ${hostedZoneId} does not exist in this account`, { advice });
    if (plain(found.HostedZone?.Name) !== plain(zoneName)) {
      const name = plain(found.HostedZone?.Name);
      throw new TapError(`hosted zone ${hostedZoneId} is for ${name}, not for ${zoneName}`, { advice });
    }
    if (found.HostedZone?.Config?.PrivateZone) {
      throw new TapError(`hosted zone ${hostedZoneId} is private: ACM and browsers cannot see it`, { advice });
    }
    return found;
  },
  id: (live) => bareId(required(live.HostedZone?.Id, "HostedZone.Id")),
  phase: () => ready,
  outputs: (live) => ({
    hostedZoneId: bareId(required(live.HostedZone?.Id, "HostedZone.Id")),
    zoneName: plain(live.HostedZone?.Name),
    nameServers: nameServersOf(live),
  }),
  changes: () => [],

  create: async (_aws, _me, { hostedZoneId }) => {
    throw new TapError(`hosted zone ${hostedZoneId} is not tap's to make`, { advice });
  },
  update: async () => undefined,
  remove: async () => undefined,
};
