import { DescribeAccountAttributesCommand, DescribeOrderableDBInstanceOptionsCommand } from "@aws-sdk/client-rds";
import { name } from "../config/names.ts";
import { allPages } from "../resources/pages.ts";
import { findEngineVersion } from "../resources/rds/engine-version.ts";
import { engine, listClusters, listInstances } from "../resources/rds/shared.ts";
import { type Check, error, ok } from "./check.ts";
import { withCaller } from "./credentials.ts";
import { quotaFinding } from "./quota.ts";
import type { AwsSubject } from "./subject.ts";

/** Whether the region offers the database of the settings, and the account has room for it. */
export function databaseChecks(subject: AwsSubject): Check[] {
  const { aws, settings } = subject;
  const { environment, region } = settings;
  const { engineVersion: version, instanceClass, readers } = settings.database;
  const clusterIdentifier = name("cluster", environment);
  const check = withCaller(subject);
  return [
    check("database", async () => {
      const { engineVersion } = await findEngineVersion(aws, { version, instanceClass, clusterIdentifier });
      const asked = { Engine: engine, EngineVersion: engineVersion, DBInstanceClass: instanceClass };
      const options = await allPages(async (Marker) => {
        const command = { ...asked, Vpc: true, ...(Marker && { Marker }) };
        const page = await aws.rds(new DescribeOrderableDBInstanceOptionsCommand(command));
        return { items: page.OrderableDBInstanceOptions, next: page.Marker };
      });
      const zones = new Set(options.flatMap(({ AvailabilityZones = [] }) => AvailabilityZones.map(({ Name }) => Name)));
      const wanted = settings.network.privateSubnets.map(({ zone }) => zone);
      const without = wanted.filter((zone) => !zones.has(zone));
      if (without.length === 0)
        return ok(`Aurora MySQL ${engineVersion} on ${instanceClass} is on offer in ${wanted.join(" and ")}`);
      return error(
        `Aurora MySQL ${engineVersion} on ${instanceClass} is not on offer in ${without.join(" and ")}; it is in ${[...zones].sort().join(", ") || "no zone"}`,
        "Set database.instanceClass, or the zones of network.publicSubnets and network.privateSubnets.",
      );
    }),
    check("database-quota", async () => {
      const [{ AccountQuotas = [] }, clusters, instances] = await Promise.all([
        aws.rds(new DescribeAccountAttributesCommand({})),
        listClusters(aws),
        listInstances(aws),
      ]);
      const findings = [
        {
          quota: "DBClusters",
          code: "L-952B80B8",
          wanted: 1,
          ours: clusters.filter((c) => c.DBClusterIdentifier === clusterIdentifier).length,
        },
        {
          quota: "DBInstances",
          code: "L-7B6409FD",
          wanted: 1 + readers,
          ours: instances.filter((i) => i.DBClusterIdentifier === clusterIdentifier).length,
        },
      ].map(({ quota, code, wanted, ours }) => {
        const { Used = 0, Max = Number.POSITIVE_INFINITY } =
          AccountQuotas.find((q) => q.AccountQuotaName === quota) ?? {};
        const counted = { things: quota, used: Used, more: Math.max(0, wanted - ours), most: Max };
        return quotaFinding({ ...counted, byDefault: false, region, service: "rds", code });
      });
      return findings.find(({ status }) => status === "error") ?? ok(findings.map(({ what }) => what).join("; "));
    }),
  ];
}
