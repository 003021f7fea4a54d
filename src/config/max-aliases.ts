/** How often a YAML text may refer to its anchors: a small file must not become a large one. */
export const MAX_ALIASES = 100;
