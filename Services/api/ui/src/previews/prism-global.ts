import Prism from "prismjs";

// Languages look for Prism in the window; it must not look through the page for code by itself.
Prism.manual = true;
(globalThis as { Prism?: unknown }).Prism = Prism;
