import {
  ACMClient,
  DescribeCertificateCommand,
  RequestCertificateCommand,
  UpdateCertificateOptionsCommand,
} from "@aws-sdk/client-acm";
import {
  AllocateAddressCommand,
  CreateNatGatewayCommand,
  CreateSubnetCommand,
  CreateVpcCommand,
  CreateVpcEndpointCommand,
  DescribeNatGatewaysCommand,
  DescribeVpcEndpointsCommand,
  EC2Client,
  ModifyVpcEndpointCommand,
} from "@aws-sdk/client-ec2";
import {
  CreateDBClusterCommand,
  CreateDBInstanceCommand,
  DescribeBlueGreenDeploymentsCommand,
  DescribeDBClustersCommand,
  DescribeDBInstancesCommand,
  ModifyDBClusterCommand,
  RDSClient,
} from "@aws-sdk/client-rds";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type LocalAws, startLocalAws } from "../../src/local/local-aws.ts";
import { unreported } from "../../src/local/unreported.ts";
import { localFolder } from "../../src/session/environment.ts";
import { Project } from "./project.ts";

let project: Project;
let config: Pick<LocalAws, "endpoint" | "region" | "credentials">;

beforeAll(async () => {
  project = await Project.make();
  const { endpoint, region, credentials } = await startLocalAws({ dir: localFolder(project.dir) });
  config = { endpoint, region, credentials };
});
afterAll(async () => {
  await project[Symbol.asyncDispose]();
});

const policy = JSON.stringify({
  Version: "2008-10-17",
  Statement: [{ Effect: "Deny", Principal: "*", Action: "s3:DeleteBucket", Resource: "*" }],
});

/** A cluster with everything that its rows are about, changed once after it was made. */
async function cluster(name: string) {
  const rds = new RDSClient(config);
  const DBClusterIdentifier = `probe-${name}`;
  await rds.send(
    new CreateDBClusterCommand({
      DBClusterIdentifier,
      Engine: "aurora-mysql",
      MasterUsername: "admin",
      ManageMasterUserPassword: true,
      EnableCloudwatchLogsExports: ["audit", "error"],
      AutoMinorVersionUpgrade: false,
    }),
  );
  await rds.send(
    new ModifyDBClusterCommand({
      DBClusterIdentifier,
      CloudwatchLogsExportConfiguration: { EnableLogTypes: ["slowquery"] },
      AutoMinorVersionUpgrade: false,
      ApplyImmediately: true,
    }),
  );
  return (await rds.send(new DescribeDBClustersCommand({ DBClusterIdentifier }))).DBClusters?.[0];
}

/** A NAT gateway with an address, in a VPC of its own. */
async function natGateway(network: string) {
  const ec2 = new EC2Client(config);
  const { Vpc } = await ec2.send(new CreateVpcCommand({ CidrBlock: `${network}.0.0/16` }));
  const { Subnet } = await ec2.send(new CreateSubnetCommand({ VpcId: Vpc?.VpcId, CidrBlock: `${network}.0.0/24` }));
  const { AllocationId } = await ec2.send(new AllocateAddressCommand({ Domain: "vpc" }));
  const { NatGateway } = await ec2.send(new CreateNatGatewayCommand({ SubnetId: Subnet?.SubnetId, AllocationId }));
  const NatGatewayIds = [NatGateway?.NatGatewayId ?? ""];
  const [live] = (await ec2.send(new DescribeNatGatewaysCommand({ NatGatewayIds }))).NatGateways ?? [];
  expect(live?.SubnetId).toBe(Subnet?.SubnetId);
  return live;
}

/** For each row: sets the property, by every call that tap sets it with, and reads it as the kind does. */
const readBack: Readonly<Record<string, () => Promise<unknown>>> = {
  "ec2:nat-gateway allocationId": async () => (await natGateway("10.7"))?.NatGatewayAddresses?.[0]?.AllocationId,

  "ec2:nat-gateway NatGatewayAddresses": async () => (await natGateway("10.9"))?.NatGatewayAddresses,

  "ec2:gateway-endpoint policy": async () => {
    const ec2 = new EC2Client(config);
    const { Vpc } = await ec2.send(new CreateVpcCommand({ CidrBlock: "10.8.0.0/16" }));
    const { VpcEndpoint } = await ec2.send(
      new CreateVpcEndpointCommand({
        VpcEndpointType: "Gateway",
        VpcId: Vpc?.VpcId,
        ServiceName: "com.amazonaws.us-east-1.s3",
        PolicyDocument: policy,
      }),
    );
    const VpcEndpointId = VpcEndpoint?.VpcEndpointId ?? "";
    await ec2.send(new ModifyVpcEndpointCommand({ VpcEndpointId, PolicyDocument: policy }));
    const answer = await ec2.send(new DescribeVpcEndpointsCommand({ VpcEndpointIds: [VpcEndpointId] }));
    const live = answer.VpcEndpoints?.[0];
    expect(live?.VpcId).toBe(Vpc?.VpcId);
    return live?.PolicyDocument;
  },

  "rds:cluster logExports": async () => {
    const live = await cluster("log-exports");
    expect(live?.Engine).toBe("aurora-mysql");
    return live?.EnabledCloudwatchLogsExports;
  },

  "rds:cluster autoMinorVersionUpgrade": async () => (await cluster("upgrades"))?.AutoMinorVersionUpgrade,

  "rds:cluster blue/green deployments": async () => {
    const answer = new RDSClient(config).send(new DescribeBlueGreenDeploymentsCommand());
    await expect(answer).rejects.toThrow("Unknown RDS action");
    return undefined;
  },

  "rds:instance parameterGroups": async () => {
    const rds = new RDSClient(config);
    await cluster("groups");
    const DBInstanceIdentifier = "probe-groups";
    const Engine = "aurora-mysql";
    const DBInstanceClass = "db.r5.large";
    await rds.send(
      new CreateDBInstanceCommand({
        DBInstanceIdentifier,
        DBClusterIdentifier: "probe-groups",
        Engine,
        DBInstanceClass,
      }),
    );
    const answer = await rds.send(new DescribeDBInstancesCommand({ DBInstanceIdentifier }));
    const live = answer.DBInstances?.[0]?.DBParameterGroups?.[0]?.DBParameterGroupName;
    expect(live).toBeDefined();
    return live === "default.aurora-mysql8" ? undefined : live;
  },

  "acm:certificate transparencyLogging": async () => {
    const acm = new ACMClient(config);
    const Options = { CertificateTransparencyLoggingPreference: "ENABLED" } as const;
    const request = { DomainName: "probe.example.com", ValidationMethod: "DNS", Options } as const;
    const { CertificateArn } = await acm.send(new RequestCertificateCommand(request));
    const read = async () => (await acm.send(new DescribeCertificateCommand({ CertificateArn }))).Certificate;
    const live = await read();
    expect(live?.DomainName).toBe("probe.example.com");
    // A later change is shown, so that a repair would do: it is the first look that has nothing to compare.
    await acm.send(new UpdateCertificateOptionsCommand({ CertificateArn, Options }));
    expect((await read())?.Options).toEqual(Options);
    return live?.Options?.CertificateTransparencyLoggingPreference;
  },
};

it.each(unreported.map(({ type, path, why }) => [`${type} ${path}`, why]))(
  "%s is still not reported: %s",
  async (row) => {
    const probe = readBack[row];
    if (probe === undefined) throw new Error(`nothing shows whether the row "${row}" is still true`);
    // An empty list says as little as none.
    const reported = await probe();
    expect(Array.isArray(reported) && reported.length === 0 ? undefined : reported).toBeUndefined();
  },
);
