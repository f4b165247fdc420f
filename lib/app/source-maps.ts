/**
 * Loaded before anything else by `main.ts`. tsx turns source maps on, and cdktf takes a stack trace for every token:
 * reading the maps of all libraries and translating those traces is a third of a synth, for traces nobody sees.
 */
process.setSourceMapsEnabled(false);
