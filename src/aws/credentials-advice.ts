/** What the user can do when there are no credentials, or none that AWS accepts. */
export const credentialsAdvice =
  "Set AWS_PROFILE or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or run `aws sso login`. " +
  "With --local, tap needs no credentials.";
