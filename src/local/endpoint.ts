/** Credentials for the local AWS, so that it can never be used with real ones. They make everyone `localAccount`. */
export const localCredentials = { accessKeyId: "test", secretAccessKey: "test" } as const;

export const localAccount = "000000000000";

/** For SDK clients. It is on loopback only. */
export const endpointOf = (port: number): string => `http://127.0.0.1:${port}`;

/**
 * The base to which a route's path is appended, for anything that speaks HTTP.
 *
 * @param endpoint the local AWS's
 */
export function invokeUrl(endpoint: string, restApiId: string, stage: string): string {
  return `${endpoint}/_aws/execute-api/${restApiId}/${stage}`;
}
