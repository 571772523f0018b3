import { DescribeDBEngineVersionsCommand, DescribeOrderableDBInstanceOptionsCommand } from "@aws-sdk/client-rds";
import { zonesOf } from "../ec2/subnets.ts";
import { type Operation, read } from "../model.ts";
import { describeOffer, type EngineOffer, engineOffers, instanceClasses } from "./engines.ts";
import { invalidCombination, invalidValue, matchesAll, type RdsStore } from "./store.ts";

const filters = {
  engine: (o: EngineOffer) => [o.engine],
  "engine-version": (o: EngineOffer) => [o.version],
  "engine-mode": () => ["provisioned"],
  "db-parameter-group-family": (o: EngineOffer) => [o.family],
  status: (o: EngineOffer) => [o.status],
};

/** Said of every option, in the example of the AWS CLI's reference (describe-orderable-db-instance-options) too. */
const always = {
  AvailableProcessorFeatures: [],
  OutpostCapable: false,
  ReadReplicaCapable: false,
  SupportsEnhancedMonitoring: true,
  SupportsGlobalDatabases: true,
  SupportsIAMDatabaseAuthentication: true,
  SupportsIops: false,
  SupportsKerberosAuthentication: true,
  SupportsPerformanceInsights: true,
  SupportsStorageAutoscaling: false,
};

/** What the region offers: engine versions and, for each, instance classes. */
export function catalogOperations(store: RdsStore): Operation[] {
  const versionFields = [
    "Engine",
    "EngineVersion",
    "DBParameterGroupFamily",
    "DefaultOnly",
    "IncludeAll",
    "Filters",
    "MaxRecords",
    "Marker",
  ] as const;
  const optionFields = ["Engine", "EngineVersion", "DBInstanceClass", "Vpc", "MaxRecords", "Marker"] as const;
  return [
    read(DescribeDBEngineVersionsCommand, versionFields, (input) => {
      const all = engineOffers.filter(
        (o) =>
          (input.Engine === undefined || o.engine === input.Engine) &&
          (input.EngineVersion === undefined || o.version === input.EngineVersion) &&
          (input.DBParameterGroupFamily === undefined || o.family === input.DBParameterGroupFamily) &&
          (!input.DefaultOnly || o.isDefault) &&
          (input.IncludeAll || o.status === "available") &&
          matchesAll(o, input.Filters, filters),
      );
      const { items, Marker } = store.page(all, (o) => `${o.engine} ${o.version}`, input);
      return { DBEngineVersions: items.map(describeOffer), Marker };
    }),
    read(DescribeOrderableDBInstanceOptionsCommand, optionFields, (input) => {
      if (!engineOffers.some((o) => o.engine === input.Engine))
        throw invalidValue(`Invalid DB engine: ${input.Engine}`);
      const all = engineOffers
        .filter(
          (o) =>
            o.engine === input.Engine &&
            o.status === "available" &&
            (input.EngineVersion === undefined || o.version === input.EngineVersion),
        )
        .flatMap((o) => instanceClasses.map((instanceClass) => ({ ...o, instanceClass })))
        .filter((o) => input.DBInstanceClass === undefined || o.instanceClass === input.DBInstanceClass);
      const { items, Marker } = store.page(all, (o) => `${o.version} ${o.instanceClass}`, input);
      const OrderableDBInstanceOptions = items.map((o) => ({
        Engine: o.engine,
        EngineVersion: o.version,
        DBInstanceClass: o.instanceClass,
        LicenseModel: "general-public-license",
        AvailabilityZones: zonesOf(store.cloud).map((Name) => ({ Name })),
        MultiAZCapable: false,
        Vpc: true,
        SupportsStorageEncryption: true,
        StorageType: "aurora",
        SupportedEngineModes: ["provisioned"],
        SupportedNetworkTypes: ["IPV4"],
        SupportsClusters: false,
        ...always,
      }));
      return { OrderableDBInstanceOptions, Marker };
    }),
  ];
}

/** @throws InvalidParameterCombination for a version that is not on offer */
export function offerOf(engine: string | undefined, version: string | undefined): EngineOffer {
  const ofEngine = engineOffers.filter((o) => o.engine === engine && o.status === "available");
  if (ofEngine.length === 0) throw invalidValue(`Invalid DB engine: ${engine}`);
  const offer = ofEngine.findLast((o) => (version === undefined ? o.isDefault : o.version === version));
  if (!offer) throw invalidCombination(`Cannot find version ${version} for ${engine}`);
  return offer;
}
