import type { Shape } from '../shape.ts';

const CONTAINERS: Shape = {
  items: {
    fields: [
      ['name', 'string'],
      [
        'env',
        {
          items: {
            fields: [
              ['name', 'string'],
              ['value', 'string'],
            ],
          },
        },
      ],
      [
        'resources',
        {
          fields: [
            ['limits', 'map of quantities'],
            ['requests', 'map of quantities'],
          ],
        },
      ],
    ],
  },
};

const TERMS: Shape = {
  fields: [['requiredDuringSchedulingIgnoredDuringExecution', { items: { fields: [['topologyKey', 'string']] } }]],
};

/** The types that a pod must have for its webhook to read it. */
export const POD_SHAPE: Shape = {
  fields: [
    [
      'metadata',
      {
        fields: [
          ['name', 'string'],
          ['namespace', 'string'],
          ['labels', 'map of strings'],
          ['annotations', 'map of strings'],
        ],
      },
    ],
    [
      'spec',
      {
        fields: [
          ['subdomain', 'string'],
          [
            'affinity',
            {
              fields: [
                ['podAffinity', TERMS],
                ['podAntiAffinity', TERMS],
              ],
            },
          ],
          ['containers', CONTAINERS],
          ['initContainers', CONTAINERS],
        ],
      },
    ],
  ],
};
