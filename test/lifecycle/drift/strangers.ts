import { ACMClient, RequestCertificateCommand } from "@aws-sdk/client-acm";
import {
  APIGatewayClient,
  CreateDeploymentCommand,
  CreateRestApiCommand,
  CreateStageCommand,
  PutIntegrationCommand,
  PutMethodCommand,
} from "@aws-sdk/client-api-gateway";
import {
  AllocateAddressCommand,
  CreateInternetGatewayCommand,
  CreateNatGatewayCommand,
  CreateRouteTableCommand,
  CreateSecurityGroupCommand,
  CreateSubnetCommand,
  CreateVpcCommand,
  EC2Client,
} from "@aws-sdk/client-ec2";
import { CreateRoleCommand, IAMClient, PutRolePolicyCommand } from "@aws-sdk/client-iam";
import { CreateKeyCommand, KMSClient } from "@aws-sdk/client-kms";
import {
  CreateDBClusterCommand,
  CreateDBClusterParameterGroupCommand,
  CreateDBSubnetGroupCommand,
  RDSClient,
} from "@aws-sdk/client-rds";
import { CreateHostedZoneCommand, Route53Client } from "@aws-sdk/client-route-53";
import type { Call } from "../../cloud/cloud.ts";

/** What the strangers need later. */
interface Strangers {
  /** Of an address that nothing uses yet. */
  readonly allocationId: string;
}

/**
 * What someone else has in the account, so that a hand can point a property of ours at something that is there and is
 * not what we want.
 */
export async function settle(domainName: string, zoneName?: string): Promise<Strangers> {
  const [ec2, rds, iam, gateway] = [new EC2Client(), new RDSClient(), new IAMClient(), new APIGatewayClient()];
  const use = { Effect: "Allow", Action: "kms:*", Resource: "*" };
  const account = { ...use, Principal: { AWS: "arn:aws:iam::123456789012:root" } };
  const logs = { ...use, Principal: { Service: "logs.us-east-1.amazonaws.com" } };
  const Policy = JSON.stringify({ Version: "2012-10-17", Statement: [account, logs] });
  await new KMSClient().send(new CreateKeyCommand({ Policy }));
  await ec2.send(new CreateVpcCommand({ CidrBlock: "10.0.0.0/16" }));
  await ec2.send(new CreateInternetGatewayCommand({}));
  await ec2.send(new AllocateAddressCommand({ Domain: "vpc" }));
  const { AllocationId } = await ec2.send(new AllocateAddressCommand({ Domain: "vpc" }));
  const Statement = [{ Effect: "Allow", Principal: { Service: "lambda.amazonaws.com" }, Action: "sts:AssumeRole" }];
  const AssumeRolePolicyDocument = JSON.stringify({ Version: "2012-10-17", Statement });
  await iam.send(new CreateRoleCommand({ RoleName: "stranger", AssumeRolePolicyDocument }));
  const PolicyDocument = JSON.stringify({
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Action: "ec2:*", Resource: "*" }],
  });
  await iam.send(new PutRolePolicyCommand({ RoleName: "stranger", PolicyName: "network", PolicyDocument }));
  await new ACMClient().send(new RequestCertificateCommand({ DomainName: domainName, ValidationMethod: "DNS" }));
  const group = { DBClusterParameterGroupName: "stranger", DBParameterGroupFamily: "aurora-mysql8.0" };
  await rds.send(new CreateDBClusterParameterGroupCommand({ ...group, Description: "stranger" }));
  const { id: restApiId = "", rootResourceId: resourceId = "" } = await gateway.send(
    new CreateRestApiCommand({ name: "stranger" }),
  );
  const method = { restApiId, resourceId, httpMethod: "GET" };
  await gateway.send(new PutMethodCommand({ ...method, authorizationType: "NONE" }));
  const uri =
    "arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/arn:aws:lambda:us-east-1:123456789012:function:stranger/invocations";
  await gateway.send(new PutIntegrationCommand({ ...method, type: "AWS_PROXY", integrationHttpMethod: "POST", uri }));
  const { id: deploymentId = "" } = await gateway.send(new CreateDeploymentCommand({ restApiId }));
  await gateway.send(new CreateStageCommand({ restApiId, stageName: "dev", deploymentId }));
  if (zoneName !== undefined) {
    await new Route53Client().send(new CreateHostedZoneCommand({ Name: zoneName, CallerReference: "stranger" }));
  }
  if (AllocationId === undefined) throw new TypeError("no AllocationId");
  return { allocationId: AllocationId };
}

/** What someone else puts beside, or into, what tap has just made. */
export async function follow(call: Readonly<Call>, output: object, { allocationId }: Strangers): Promise<void> {
  const { input } = call;
  if (call.operation === "CreateVpc") {
    const VpcId = text(Reflect.get(output, "Vpc"), "VpcId");
    const ec2 = new EC2Client();
    const subnet = { VpcId, CidrBlock: "10.0.120.0/24", AvailabilityZone: "us-east-1c" };
    await ec2.send(new CreateSubnetCommand(subnet));
    await ec2.send(new CreateRouteTableCommand({ VpcId }));
    await ec2.send(new CreateSecurityGroupCommand({ VpcId, GroupName: "stranger", Description: "stranger" }));
  }
  if (call.operation === "CreateNatGateway") {
    const SubnetId = text(input, "SubnetId");
    await new EC2Client().send(new CreateNatGatewayCommand({ SubnetId, AllocationId: allocationId }));
  }
  if (call.operation === "CreateDBSubnetGroup") {
    const SubnetIds: unknown = Reflect.get(input, "SubnetIds");
    if (!Array.isArray(SubnetIds)) throw new TypeError("no SubnetIds");
    const names = { DBSubnetGroupName: "stranger", DBSubnetGroupDescription: "stranger" };
    await new RDSClient().send(new CreateDBSubnetGroupCommand({ ...names, SubnetIds: SubnetIds.map(String) }));
  }
  if (call.operation === "CreateDBCluster") {
    const engine = { Engine: "aurora-mysql", MasterUsername: "stranger", ManageMasterUserPassword: true };
    const DBSubnetGroupName = text(input, "DBSubnetGroupName");
    await new RDSClient().send(
      new CreateDBClusterCommand({ DBClusterIdentifier: "stranger", ...engine, DBSubnetGroupName }),
    );
  }
  if (call.operation === "CreateDeployment") {
    const restApiId = text(input, "restApiId");
    await new APIGatewayClient().send(new CreateDeploymentCommand({ restApiId, description: "by hand" }));
  }
}

function text(of: unknown, member: string): string {
  const value: unknown = typeof of === "object" && of !== null ? Reflect.get(of, member) : undefined;
  if (typeof value !== "string") throw new TypeError(`no ${member}`);
  return value;
}
