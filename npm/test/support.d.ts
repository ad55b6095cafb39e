import type { TestContext } from "node:test";
import type { Host } from "../src/host.js";
import type { FeatureSummary, RuntimeDescription } from "../src/package-assets.js";
/** A host that is nobody's: no variables, no home that exists. */
export declare function host(changes?: Partial<Host>): Host;
/** A directory of the test's own, with a name that quoting has to survive; it is removed afterwards. */
export declare function temporaryDirectory(t: TestContext): string;
/** A program that is a shell script. */
export declare function script(file: string, body: string): string;
/** PATH as this machine has it, for scripts that need its programs, behind `first`. */
export declare function pathWith(...first: string[]): string;
export declare function feature(changes?: Partial<FeatureSummary>): FeatureSummary;
export declare function description(changes?: Partial<RuntimeDescription>): RuntimeDescription;
