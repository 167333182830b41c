/** The Google APIs this adapter calls, as a target's `endpoints` names them. */
export const GOOGLE_SERVICES = [
  "run",
  "secretManager",
  "artifactRegistry",
  "logging",
  "resourceManager",
  "serviceUsage",
  "iam",
  "sts",
  "iamCredentials",
  "oauth",
] as const;
export type GoogleService = (typeof GOOGLE_SERVICES)[number];

/** Where each API is found when a target does not say otherwise. */
export const GOOGLE_ORIGINS: Readonly<Record<GoogleService, string>> = {
  run: "https://run.googleapis.com",
  secretManager: "https://secretmanager.googleapis.com",
  artifactRegistry: "https://artifactregistry.googleapis.com",
  logging: "https://logging.googleapis.com",
  resourceManager: "https://cloudresourcemanager.googleapis.com",
  serviceUsage: "https://serviceusage.googleapis.com",
  iam: "https://iam.googleapis.com",
  sts: "https://sts.googleapis.com",
  iamCredentials: "https://iamcredentials.googleapis.com",
  oauth: "https://oauth2.googleapis.com",
};
