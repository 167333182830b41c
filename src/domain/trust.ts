/** Who a cloud is asked to trust: Berth's issuer, and the one subject that stands for one target. */
export interface TrustSubject {
  /** HTTPS URL of the issuer, as its tokens name it. */
  readonly issuer: string;
  /** `berth:<project id>:<target id>`, of ids that are never used again. */
  readonly subject: string;
}

/** One thing an owner of the account reads and applies: a policy document, commands, or Terraform. */
export interface TrustDocument {
  readonly title: string;
  readonly format: "json" | "shell" | "terraform";
  readonly text: string;
}

/** One thing that was checked of a target. `cannot be proved`: the cloud has no way to ask without doing it. */
export interface CheckLine {
  readonly name: string;
  readonly verdict: "ok" | "refused" | "cannot be proved";
  /** What was seen, and for `refused` what to change. */
  readonly message: string;
}
