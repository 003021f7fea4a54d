import type { Shape } from './shape.ts';

const RESOURCES: Shape = {
  fields: [
    ['limits', 'map of quantities'],
    ['requests', 'map of quantities'],
  ],
};

const VARIABLE: Shape = {
  fields: [
    ['name', 'string'],
    ['value', 'string'],
  ],
};

const CONTAINERS: Shape = {
  items: {
    fields: [
      ['name', 'string'],
      ['env', { items: VARIABLE }],
      ['resources', RESOURCES],
    ],
  },
};

const REQUIRED_TERMS: Shape = {
  fields: [['requiredDuringSchedulingIgnoredDuringExecution', { items: { fields: [['topologyKey', 'string']] } }]],
};

const AFFINITY: Shape = {
  fields: [
    ['podAffinity', REQUIRED_TERMS],
    ['podAntiAffinity', REQUIRED_TERMS],
  ],
};

/** The types that the spec of a pod, or of a pod template, must have for a webhook to read it. */
export const POD_SPEC_SHAPE: Shape = {
  fields: [
    ['subdomain', 'string'],
    ['affinity', AFFINITY],
    ['containers', CONTAINERS],
    ['initContainers', CONTAINERS],
  ],
};
