import type { DBEngineVersion } from "@aws-sdk/client-rds";

/** An engine version on offer; `isDefault` marks the one that DefaultOnly answers for its engine and family. */
export type EngineOffer = {
  engine: string;
  version: string;
  family: string;
  status: "available" | "deprecated";
  isDefault: boolean;
  description: string;
};

const mysql = (version: string, more: Partial<EngineOffer> = {}): EngineOffer => ({
  engine: "aurora-mysql",
  version: `8.0.mysql_aurora.${version}`,
  family: "aurora-mysql8.0",
  status: "available",
  isDefault: false,
  description: `Aurora MySQL ${version} (compatible with MySQL 8.0)`,
  ...more,
});

/**
 * The versions that this cloud offers, in AWS's order. 3.04 and 3.10 are the long-term support lines (aws-notes trap
 * 20; Aurora User Guide, "Aurora MySQL long-term support releases"); 3.08 is the default, which is of neither line.
 */
export const engineOffers: readonly EngineOffer[] = [
  {
    engine: "aurora-mysql",
    version: "5.7.mysql_aurora.2.12.5",
    family: "aurora-mysql5.7",
    status: "available",
    isDefault: true,
    description: "Aurora MySQL 2.12.5 (compatible with MySQL 5.7.44)",
  },
  mysql("3.04.0", { status: "deprecated" }),
  mysql("3.04.3"),
  mysql("3.04.4"),
  mysql("3.05.2"),
  mysql("3.08.0"),
  mysql("3.08.2", { isDefault: true }),
  mysql("3.09.0"),
  mysql("3.10.0"),
  mysql("3.10.1"),
  mysql("3.10.2"),
  mysql("3.11.0"),
  {
    engine: "aurora-postgresql",
    version: "16.8",
    family: "aurora-postgresql16",
    status: "available",
    isDefault: true,
    description: "Aurora PostgreSQL (compatible with PostgreSQL 16.8)",
  },
];

/** Log types that Aurora MySQL can export. Source: Aurora User Guide, "Publishing Aurora MySQL logs to CloudWatch Logs". */
export const exportableLogTypes = ["audit", "error", "general", "slowquery"] as const;

/** Instance classes on offer for every version of this cloud. */
export const instanceClasses = [
  "db.r5.large",
  "db.r5.xlarge",
  "db.r6g.large",
  "db.t3.medium",
  "db.t4g.medium",
] as const;

/** The certificate authorities an instance may use. Source: RDS User Guide, "Using SSL/TLS"; the first is the default. */
export const certificateAuthorities = ["rds-ca-rsa2048-g1", "rds-ca-rsa4096-g1", "rds-ca-ecc384-g1"] as const;

/** What DescribeDBEngineVersions answers for one version. */
export function describeOffer(offer: EngineOffer): DBEngineVersion {
  const newer = engineOffers.filter(
    (o) => o.engine === offer.engine && o.family === offer.family && compareVersions(o.version, offer.version) > 0,
  );
  return {
    Engine: offer.engine,
    MajorEngineVersion: offer.version.split(".").slice(0, 2).join("."),
    EngineVersion: offer.version,
    DBParameterGroupFamily: offer.family,
    DBEngineDescription: offer.engine === "aurora-mysql" ? "Aurora MySQL" : "Aurora (PostgreSQL)",
    DBEngineVersionDescription: offer.description,
    ValidUpgradeTarget: newer.map((o) => ({
      Engine: o.engine,
      EngineVersion: o.version,
      Description: o.description,
      AutoUpgrade: false,
      IsMajorVersionUpgrade: false,
    })),
    ExportableLogTypes: offer.engine === "aurora-mysql" ? [...exportableLogTypes] : ["postgresql"],
    SupportsLogExportsToCloudwatchLogs: true,
    SupportsReadReplica: false,
    SupportedEngineModes: ["provisioned"],
    Status: offer.status,
    SupportsParallelQuery: true,
    SupportsGlobalDatabases: true,
    SupportedCACertificateIdentifiers: [...certificateAuthorities],
  };
}

/** Orders `8.0.mysql_aurora.3.10.1`-like versions by their numbers. */
export function compareVersions(a: string, b: string): number {
  const numbers = (v: string) => v.split(/[^0-9]+/).map(Number);
  const [left, right] = [numbers(a), numbers(b)];
  for (let i = 0; i < Math.max(left.length, right.length); i++) {
    const difference = (left[i] ?? 0) - (right[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
