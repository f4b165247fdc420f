export { Cloud } from "./cloud";
export type { CloudObject } from "./cloud";
export type { CloudHooks } from "./hooks";
export { startTestProvider } from "./test-provider";
export type { TestProvider, TestProviderOptions } from "./test-provider";
export type { KnownValue } from "./value";
