import { egressSuite } from "../gateway/egress-suite.ts";

egressSuite("workerd");
