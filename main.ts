import "./lib/app/source-maps";
import { App } from "cdktf";
import { MesosStack, readArtifacts, readSettings, SockShopStack, StateLocation } from "./lib/app";

function main(): void {
  const app = new App();
  const settings = readSettings(process.env);
  const context = (name: string) => app.node.tryGetContext(name) as unknown;
  const state = StateLocation.from(__dirname, context("state"));
  const artifacts = readArtifacts(context("artifacts"), context("artifactMirror"));
  const mesos = new MesosStack(app, "mesos", settings, state, artifacts);
  const sockShop = new SockShopStack(app, "sock-shop", settings, state);
  sockShop.addDependency(mesos);
  app.synth();
}

try {
  main();
} catch (error) {
  // What a person can mend needs no stack trace; set CDKTF_LOG_LEVEL=debug to see where it was noticed.
  const { stack, message } = error as Error;
  process.stderr.write(`${process.env.CDKTF_LOG_LEVEL === "debug" ? stack : message}\n`);
  process.exitCode = 1;
}
