/** How `talksTo` is honoured, wherever a workload runs. */
export const GRAVITY =
  "its traffic is priced and its distance weighed; Berth does not move the two together yet";
