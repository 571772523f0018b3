import {
  DeleteDBClusterCommand,
  DeleteDBClusterParameterGroupCommand,
  DeleteDBInstanceCommand,
  DeleteDBSubnetGroupCommand,
} from "@aws-sdk/client-rds";
import type { ServiceFacts, TextRule } from "../facts.ts";
import { rds as authorization } from "./authorization.ts";
import { drift } from "./drift.ts";
import { errors } from "./errors.ts";
import { RdsModel } from "./rds.ts";

const hours = 730;

/** RDS User Guide, "Quotas and constraints", naming: letters, digits, single hyphens, a letter first, no hyphen last. */
const name = (longest: number): TextRule => ({ longest, form: /^[a-z](?!.*--)[a-z0-9-]*(?<!-)$/ });

/** See {@link ServiceFacts}. */
export const rds: ServiceFacts<RdsModel> = {
  model: RdsModel,
  authorization,
  errors,
  drift,
  hands: {
    "rds:db-subnet-group": {
      refused: "InvalidDBSubnetGroupStateFault",
      remove: (cloud, { id }) => void cloud.call(new DeleteDBSubnetGroupCommand({ DBSubnetGroupName: id })),
    },
    "rds:cluster-parameter-group": {
      refused: "InvalidDBParameterGroupStateFault",
      remove: (cloud, { id }) =>
        void cloud.call(new DeleteDBClusterParameterGroupCommand({ DBClusterParameterGroupName: id })),
    },
    "rds:cluster": {
      takes: ({ type }) => type === "rds:instance",
      async remove(cloud, { id: DBClusterIdentifier, of }) {
        for (const DBInstanceIdentifier of of("rds:instance")) {
          cloud.call(new DeleteDBInstanceCommand({ DBInstanceIdentifier, SkipFinalSnapshot: true }));
        }
        cloud.call(new DeleteDBClusterCommand({ DBClusterIdentifier, SkipFinalSnapshot: true }));
        await cloud.clock.sleep(cloud.durations.instanceDelete + cloud.durations.clusterDelete);
      },
    },
    "rds:instance": {
      async remove(cloud, { id }) {
        cloud.call(new DeleteDBInstanceCommand({ DBInstanceIdentifier: id, SkipFinalSnapshot: true }));
        await cloud.clock.sleep(cloud.durations.instanceDelete);
      },
    },
  },
  texts: {
    // "Quotas and constraints for Amazon RDS": names of subnet and parameter groups, clusters, instances, snapshots.
    DBSubnetGroupName: name(255),
    DBClusterParameterGroupName: name(255),
    DBClusterIdentifier: name(63),
    DBInstanceIdentifier: name(63),
    FinalDBSnapshotIdentifier: name(255),
  },
  tagCommand: "aws rds add-tags-to-resource --resource-name <id> --tags Key=",
  // RDS keeps the master user's password in a secret.
  monthly: { "rds:instance": 0.29 * hours, "rds:master-secret": 0.4 },
};
