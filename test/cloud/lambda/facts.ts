import { DeleteFunctionCommand, RemovePermissionCommand } from "@aws-sdk/client-lambda";
import type { ServiceFacts } from "../facts.ts";
import { bucketName } from "../s3/facts.ts";
import { lambda as authorization } from "./authorization.ts";
import { drift } from "./drift.ts";
import { errors } from "./errors.ts";
import { LambdaModel } from "./lambda.ts";

/** See {@link ServiceFacts}. */
export const lambda: ServiceFacts<LambdaModel> = {
  model: LambdaModel,
  authorization,
  errors,
  drift,
  hands: {
    "lambda:function": { remove: (cloud, { id }) => void cloud.call(new DeleteFunctionCommand({ FunctionName: id })) },
    "lambda:permission": {
      remove(cloud, { id }) {
        const [FunctionName, StatementId] = id.split("/");
        cloud.call(new RemovePermissionCommand({ FunctionName, StatementId }));
      },
    },
  },
  texts: {
    // CreateFunction.
    FunctionName: { longest: 64, form: /^[a-zA-Z0-9-_]+$/ },
    LogGroup: { longest: 512, form: /^[.\-_/#A-Za-z0-9]+$/ },
    // Where it fetches the code, and a variable, of which all have 4 KB (CreateFunction).
    S3Bucket: bucketName,
    POWERTOOLS_SERVICE_NAME: { longest: 255, form: /./s },
  },
  tagCommand: "aws lambda tag-resource --resource <id> --tags ",
};
