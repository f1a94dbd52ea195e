import { type Library, type Place, Scene } from "./scene.ts";

/** What the bundle leaves in a page, for the test to call. */
Object.assign(globalThis, { openScene: (library: Library, place: Place) => new Scene(library, place) });
