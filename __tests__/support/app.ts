import { MesosStack, readSettings, SockShopStack, StateLocation } from "../../lib/app";
import { testApp } from "./stacks";

/** The two stacks of the app, as `main.ts` makes them of an environment and of `context.state`. */
export function appStacks(env: Record<string, string> = {}, stateContext?: unknown) {
  const app = testApp();
  const settings = readSettings(env);
  const state = StateLocation.from("/project", stateContext);
  const mesos = new MesosStack(app, "mesos", settings, state);
  const sockShop = new SockShopStack(app, "sock-shop", settings, state);
  sockShop.addDependency(mesos);
  return { app, mesos, sockShop };
}
