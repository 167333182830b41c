/** Everything that is set up for one target. */
export interface Trust {
  readonly app: string;
  readonly federated: {
    readonly name: string;
    readonly issuer: string;
    readonly subject: string;
    readonly audiences: readonly string[];
  };
  readonly roles: readonly TrustRole[];
}

/** One custom role and where the app has it. */
export interface TrustRole {
  readonly label: "groups" | "quotas" | "identities";
  readonly definition: {
    readonly Name: string;
    readonly Description: string;
    readonly Actions: readonly string[];
    readonly AssignableScopes: readonly string[];
  };
  readonly assignedAt: readonly string[];
}
