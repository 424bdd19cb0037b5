// Lets Node.js resolve what the pages' import map resolves in a browser. Used with --import.
import { register } from "node:module";

register("./resolve-hooks.mjs", import.meta.url);
