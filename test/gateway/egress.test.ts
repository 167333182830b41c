import { egressSuite } from "./egress-suite.ts";

egressSuite("Node");
