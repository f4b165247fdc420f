export { readArtifacts } from "./artifact-settings";
export { MesosStack } from "./mesos-stack";
export { readSettings } from "./settings";
export { SockShopStack } from "./sock-shop-stack";
export { StateLocation } from "./state-location";
