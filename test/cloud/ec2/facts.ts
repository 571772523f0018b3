import type { ServiceFacts } from "../facts.ts";
import { ec2 as authorization } from "./authorization.ts";
import { drift } from "./drift.ts";
import { Ec2Model } from "./ec2.ts";
import { errors } from "./errors.ts";
import { hands } from "./hands.ts";

const hours = 730;

/** See {@link ServiceFacts}. */
export const ec2: ServiceFacts<Ec2Model> = {
  model: Ec2Model,
  authorization,
  errors,
  drift,
  hands,
  texts: {
    // CreateSecurityGroup: a name may not begin with sg-.
    GroupName: { longest: 255, form: /^(?!sg-)[\w .:/()#,@[\]+=&;{}!$*-]+$/ },
  },
  tagCommand: "aws ec2 create-tags --resources <id> --tags Key=",
  nameless: /./,
  monthly: { "ec2:nat-gateway": 0.045 * hours, "ec2:elastic-ip": 0.005 * hours },
};
