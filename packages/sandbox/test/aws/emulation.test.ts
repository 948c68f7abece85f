import { startEmulatedWorld } from "../../../../test/worlds/emulation/world.ts";
import { describeAwsWorld } from "./world-cases.ts";

describeAwsWorld(startEmulatedWorld);
