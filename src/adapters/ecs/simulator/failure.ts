/** What AWS answers instead of a result: a code of the API's own, a text, and the HTTP status. */
export class SimFailure extends Error {
  readonly code: string;
  readonly status: number;
  readonly resourceIds: readonly string[] | undefined;
  constructor(code: string, message: string, status = 400, resourceIds?: readonly string[]) {
    super(message);
    this.name = "SimFailure";
    this.code = code;
    this.status = status;
    this.resourceIds = resourceIds;
  }
}

/** A failure of the kind ECS answers for most of what is wrong in a request. */
export const clientFailure = (message: string): SimFailure => new SimFailure("ClientException", message);

/** A failure of a single wrong or missing parameter. */
export const parameterFailure = (message: string): SimFailure =>
  new SimFailure("InvalidParameterException", message);
