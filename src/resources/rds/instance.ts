import {
  CreateDBInstanceCommand,
  type DBInstance,
  DeleteDBInstanceCommand,
  ModifyDBInstanceCommand,
  type ModifyDBInstanceMessage,
} from "@aws-sdk/client-rds";
import { instancePrice } from "../../cost/prices.ts";
import type { Change } from "../../engine/kind.ts";
import { compare } from "../compare.ts";
import { type AwsKind, noKey } from "../define.ts";
import { required, unlessGone } from "../missing.ts";
import { tagCommand } from "../tag-command.ts";
import { compareTags, fromList, ownedIn, requireOurs, toList, touches } from "../tags.ts";
import { ailments, fields, type Live, parameterGroupChanges, watch } from "./instance-scope.ts";
import { rds } from "./permissions.ts";
import { engine, listInstances, retag, start } from "./shared.ts";
import { instancePhase } from "./statuses.ts";

interface Wanted {
  readonly clusterIdentifier: string;
  /** For example db.r5.large. */
  readonly instanceClass: string;
  readonly publiclyAccessible: boolean;
  /** Who takes over when the writer fails, lowest first: 0 to 15. */
  readonly promotionTier: number;
  readonly performanceInsights: boolean;
  /** Of enhanced monitoring, in seconds; 0 is off. */
  readonly monitoringInterval: number;
  /** AWS's choice unless given, for example rds-ca-rsa2048-g1. */
  readonly caCertificateIdentifier?: string;
}

/** The instance's own endpoint is known once it runs. */
type Outputs = { readonly instanceIdentifier: string; readonly instanceClass?: string; readonly endpoint?: string };

const id = (instance: DBInstance) => required(instance.DBInstanceIdentifier, "DBInstanceIdentifier");
const arn = (instance: DBInstance) => required(instance.DBInstanceArn, "DBInstanceArn");

/** One instance of an Aurora cluster, writer or reader. It holds no data: that is in the cluster's volume. */
export const DbInstance: AwsKind<Wanted, Live, Outputs> = {
  type: "rds:instance",
  recover: "fixed-name",
  usable: "created",
  // A cluster can be deleted as soon as its instances are deleting (Aurora User Guide, "Deleting Aurora DB clusters").
  releases: "leaving",
  replace: "remake",
  minutes: { create: 40, update: 40, remove: 40 },
  seconds: { create: 480, remove: 600 },
  permissions: rds,
  price: instancePrice,
  card: "Aurora MySQL",
  ...fields,
  watch,
  ailments,
  parseKey: noKey,

  async find(aws, me) {
    const instance = (await listInstances(aws)).find((i) => i.DBInstanceIdentifier === me.name);
    return (
      instance &&
      requireOurs(
        me,
        `DB instance ${me.name}`,
        instance,
        fromList(instance.TagList),
        tagCommand("rds")(me, instance.DBInstanceArn ?? me.name),
      )
    );
  },
  id,
  phase: (live) => instancePhase(live.DBInstanceStatus),
  outputs: (live) => ({
    instanceIdentifier: id(live),
    ...(live.DBInstanceClass === undefined ? {} : { instanceClass: live.DBInstanceClass }),
    ...(live.Endpoint?.Address === undefined ? {} : { endpoint: live.Endpoint.Address }),
  }),

  changes: (want, live, me) => [
    ...compare(
      {
        clusterIdentifier: want.clusterIdentifier,
        engine,
        instanceClass: want.instanceClass,
        publiclyAccessible: want.publiclyAccessible,
        autoMinorVersionUpgrade: false,
        promotionTier: want.promotionTier,
        performanceInsights: want.performanceInsights,
        monitoringInterval: want.monitoringInterval,
        ...(want.caCertificateIdentifier && { caCertificateIdentifier: want.caCertificateIdentifier }),
      },
      {
        clusterIdentifier: live.DBClusterIdentifier,
        engine: live.Engine,
        instanceClass: live.PendingModifiedValues?.DBInstanceClass ?? live.DBInstanceClass,
        publiclyAccessible: live.PubliclyAccessible,
        autoMinorVersionUpgrade: live.AutoMinorVersionUpgrade,
        promotionTier: live.PromotionTier,
        performanceInsights: live.PerformanceInsightsEnabled,
        monitoringInterval: live.MonitoringInterval,
        caCertificateIdentifier: live.PendingModifiedValues?.CACertificateIdentifier ?? live.CACertificateIdentifier,
      },
      ["clusterIdentifier", "engine"],
    ),
    ...parameterGroupChanges(live),
    ...compareTags(me, fromList(live.TagList)),
  ],

  async create(aws, me, _key, want) {
    await aws.rds(
      new CreateDBInstanceCommand({
        DBInstanceIdentifier: me.name,
        DBClusterIdentifier: want.clusterIdentifier,
        Engine: engine,
        DBInstanceClass: want.instanceClass,
        PubliclyAccessible: want.publiclyAccessible,
        AutoMinorVersionUpgrade: false,
        PromotionTier: want.promotionTier,
        EnablePerformanceInsights: want.performanceInsights,
        MonitoringInterval: want.monitoringInterval,
        ...(want.caCertificateIdentifier && { CACertificateIdentifier: want.caCertificateIdentifier }),
        Tags: toList(me.tags),
      }),
    );
    return me.name;
  },

  async update(aws, live, want, changes, me) {
    const settings = modifications(want, changes);
    if (Object.keys(settings).length > 0) {
      await aws.rds(
        new ModifyDBInstanceCommand({ DBInstanceIdentifier: id(live), ApplyImmediately: true, ...settings }),
      );
    }
    if (touches(changes, "tags")) await retag(aws, arn(live), me);
  },

  async remove(aws, live) {
    if (live.DBInstanceStatus === "stopped" && live.DBClusterIdentifier !== undefined) {
      return start(aws, live.DBClusterIdentifier);
    }
    await unlessGone(aws.rds(new DeleteDBInstanceCommand({ DBInstanceIdentifier: id(live), SkipFinalSnapshot: true })));
  },

  listOwned: async (aws, environment) =>
    ownedIn(await listInstances(aws), environment, { id, name: id, tags: (live) => fromList(live.TagList) }),
};

/** The settings to send for the given changes. */
function modifications(want: Wanted, changes: readonly Change[]): Partial<ModifyDBInstanceMessage> {
  const on = <T extends Partial<ModifyDBInstanceMessage>>(path: string, settings: T) =>
    touches(changes, path) ? settings : {};
  const { caCertificateIdentifier } = want;
  return {
    ...on("instanceClass", { DBInstanceClass: want.instanceClass }),
    ...on("publiclyAccessible", { PubliclyAccessible: want.publiclyAccessible }),
    ...on("autoMinorVersionUpgrade", { AutoMinorVersionUpgrade: false }),
    ...on("promotionTier", { PromotionTier: want.promotionTier }),
    ...on("performanceInsights", { EnablePerformanceInsights: want.performanceInsights }),
    ...on("monitoringInterval", { MonitoringInterval: want.monitoringInterval }),
    ...(caCertificateIdentifier && on("caCertificateIdentifier", { CACertificateIdentifier: caCertificateIdentifier })),
  };
}
