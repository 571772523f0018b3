import { ACMClient, RequestCertificateCommand } from "@aws-sdk/client-acm";
import {
  APIGatewayClient,
  CreateResourceCommand,
  CreateRestApiCommand,
  GetResourcesCommand,
} from "@aws-sdk/client-api-gateway";
import {
  CreateDBClusterParameterGroupCommand,
  ModifyDBClusterParameterGroupCommand,
  RDSClient,
} from "@aws-sdk/client-rds";
import { CreateHostedZoneCommand, Route53Client } from "@aws-sdk/client-route-53";
import { CreateSecretCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { expect, onTestFinished, test } from "vitest";
import { VirtualClock } from "./clock.ts";
import { Cloud } from "./cloud.ts";

test("a log over these services replays to an equal cloud", async () => {
  const cloud = new Cloud({ clock: new VirtualClock() }).connect();
  onTestFinished(() => cloud.disconnect());
  const region = "us-east-1";
  const api = new APIGatewayClient({ region });
  const { id: restApiId } = await api.send(new CreateRestApiCommand({ name: "api", tags: { Environment: "dev" } }));
  const { items = [] } = await api.send(new GetResourcesCommand({ restApiId }));
  await api.send(new CreateResourceCommand({ restApiId, parentId: items[0]?.id, pathPart: "trade" }));
  await new Route53Client({ region }).send(new CreateHostedZoneCommand({ Name: "example.com", CallerReference: "1" }));
  await new ACMClient({ region }).send(
    new RequestCertificateCommand({ DomainName: "a.example.com", ValidationMethod: "DNS" }),
  );
  await new SecretsManagerClient({ region }).send(
    new CreateSecretCommand({ Name: "application", SecretString: "hidden" }),
  );
  const rds = new RDSClient({ region });
  const DBClusterParameterGroupName = "parameters";
  const family = { DBParameterGroupFamily: "aurora-mysql8.0", Description: "d" };
  await rds.send(new CreateDBClusterParameterGroupCommand({ DBClusterParameterGroupName, ...family }));
  const Parameters = [{ ParameterName: "general_log", ParameterValue: "1", ApplyMethod: "immediate" as const }];
  await rds.send(new ModifyDBClusterParameterGroupCommand({ DBClusterParameterGroupName, Parameters }));

  const text = JSON.stringify(cloud.dump());
  expect(Object.keys(cloud.dump())).toEqual(["acm", "apigateway", "rds", "route53", "secretsmanager"]);
  expect(JSON.stringify(cloud.replay().dump())).toBe(text);
  expect(text).not.toContain("hidden");
  const altered = cloud.replay(cloud.log, (call) =>
    call.operation === "CreateSecret" ? { ...call.input, Description: "by hand" } : call.input,
  );
  expect(JSON.stringify(altered.dump())).not.toBe(text);
});
