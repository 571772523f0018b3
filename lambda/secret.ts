import { GetSecretValueCommand, PutSecretValueCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { NodeHttpHandler } from "@smithy/node-http-handler";
import * as z from "zod/mini";

/** A database login. */
export interface Login {
  readonly username: string;
  readonly password: string;
}

// A secret managed by RDS has more fields: those are let through and dropped.
const Login = z.object({ username: z.string().check(z.minLength(1)), password: z.string().check(z.minLength(1)) });

/** The secret exists but has no value yet, or does not exist: Secrets Manager says ResourceNotFoundException for both. */
export class NoSecretValue extends Error {
  override readonly name = "NoSecretValue";
}

/** One login in Secrets Manager, remembered until it is asked for afresh. */
export class LoginSecret {
  readonly #client: SecretsManagerClient;
  readonly #arn: string;
  #cached: Promise<Login> | undefined;

  constructor(client: SecretsManagerClient, arn: string) {
    this.#client = client;
    this.#arn = arn;
  }

  /**
   * The login; `afresh` when the remembered one was refused.
   *
   * @throws NoSecretValue, or what Secrets Manager throws. Nothing is remembered then.
   */
  get(afresh = false): Promise<Login> {
    if (this.#cached && !afresh) return this.#cached;
    const reading = this.#read();
    this.#cached = reading;
    reading.catch(() => {
      if (this.#cached === reading) this.#cached = undefined;
    });
    return reading;
  }

  /** Makes `login` the current value. */
  async put(login: Login): Promise<void> {
    const SecretString = JSON.stringify(login);
    await this.#client.send(new PutSecretValueCommand({ SecretId: this.#arn, SecretString }));
    this.#cached = Promise.resolve(login);
  }

  async #read(): Promise<Login> {
    try {
      const reply = await this.#client.send(new GetSecretValueCommand({ SecretId: this.#arn }));
      // Parsed with safeParse: an error of JSON.parse or of the schema could quote the password.
      const parsed = Login.safeParse(parseJson(reply.SecretString ?? ""));
      if (!parsed.success) throw new NoSecretValue("the secret holds no login");
      return { username: parsed.data.username, password: parsed.data.password };
    } catch (error) {
      if (error instanceof Error && error.name === "ResourceNotFoundException") {
        throw new NoSecretValue("the secret has no value");
      }
      throw error;
    }
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** A client of Secrets Manager whose calls take `timeout` milliseconds at most. Honours AWS_ENDPOINT_URL. */
export function secretsClient(timeout: number): SecretsManagerClient {
  const requestHandler = new NodeHttpHandler({
    connectionTimeout: timeout / 3,
    requestTimeout: timeout,
    throwOnRequestTimeout: true,
  });
  return new SecretsManagerClient({ maxAttempts: 2, requestHandler });
}
