import { DeleteLogGroupCommand } from "@aws-sdk/client-cloudwatch-logs";
import type { ServiceFacts } from "../facts.ts";
import { logs as authorization } from "./authorization.ts";
import { drift } from "./drift.ts";
import { errors } from "./errors.ts";
import { LogsModel } from "./logs.ts";

/** See {@link ServiceFacts}. */
export const logs: ServiceFacts<LogsModel> = {
  model: LogsModel,
  sdkPackage: "cloudwatch-logs",
  authorization,
  errors,
  drift,
  hands: {
    "logs:log-group": { remove: (cloud, { id }) => void cloud.call(new DeleteLogGroupCommand({ logGroupName: id })) },
  },
  texts: {
    // CreateLogGroup; a name cannot begin with aws/.
    logGroupName: { longest: 512, form: /^(?!aws\/)[.\-_/#A-Za-z0-9]+$/ },
  },
  tagCommand: "aws logs tag-resource --resource-arn <id> --tags ",
};
