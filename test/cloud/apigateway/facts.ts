import type { ServiceFacts } from "../facts.ts";
import { ApiGatewayModel } from "./apigateway.ts";
import { apigateway as authorization } from "./authorization.ts";
import { drift } from "./drift.ts";
import { errors } from "./errors.ts";
import { hands } from "./hands.ts";

/** See {@link ServiceFacts}. */
export const apigateway: ServiceFacts<ApiGatewayModel> = {
  model: ApiGatewayModel,
  sdkPackage: "api-gateway",
  authorization,
  errors,
  drift,
  hands,
  texts: {
    // CreateStage and CreateRestApi; of the API's name it says no limit, and EC2's is short enough.
    stageName: { longest: 128, form: /^[a-zA-Z0-9_-]+$/ },
    name: { longest: 255, form: /./s },
  },
  tagCommand: "aws apigateway tag-resource --resource-arn <id> --tags ",
  nameless: /^CreateRestApi$/,
};
