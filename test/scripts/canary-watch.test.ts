import { expect, test } from "vitest";
import { watchForCanary } from "../../scripts/canary-watch.ts";
import { CANARY, formsOf } from "../canary.ts";

test("the canary is seen wherever chunks are cut, and never in its absence", () => {
  for (const form of formsOf(CANARY))
    for (let cut = 0; cut <= form.length; cut += 1) {
      const watch = watchForCanary();
      for (const chunk of ["a line\n", form.slice(0, cut), form.slice(cut), "\nanother"])
        watch.see(Buffer.from(chunk));
      expect(watch.found()).toBe(true);
    }
  const calm = watchForCanary();
  calm.see("nothing to see here\n".repeat(100));
  expect(calm.found()).toBe(false);
});
