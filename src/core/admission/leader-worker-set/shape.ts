import type { Shape } from '../shape.ts';

const ENV: Shape = { items: { fields: [['name', 'string']] } };

const CONTAINERS: Shape = {
  items: {
    fields: [
      ['name', 'string'],
      ['env', ENV],
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

const REQUIRED_TERMS: Shape = {
  fields: [['requiredDuringSchedulingIgnoredDuringExecution', { items: { fields: [['topologyKey', 'string']] } }]],
};

const POD_TEMPLATE: Shape = {
  fields: [
    [
      'metadata',
      {
        fields: [
          ['labels', 'map of strings'],
          ['annotations', 'map of strings'],
        ],
      },
    ],
    [
      'spec',
      {
        fields: [
          ['containers', CONTAINERS],
          ['initContainers', CONTAINERS],
          [
            'affinity',
            {
              fields: [
                ['podAffinity', REQUIRED_TERMS],
                ['podAntiAffinity', REQUIRED_TERMS],
              ],
            },
          ],
        ],
      },
    ],
  ],
};

const LEADER_WORKER_TEMPLATE: Shape = {
  fields: [
    ['leaderTemplate', POD_TEMPLATE],
    ['workerTemplate', POD_TEMPLATE],
    ['size', 'int32'],
    ['restartPolicy', 'string'],
    [
      'subGroupPolicy',
      {
        fields: [
          ['subGroupPolicyType', 'string'],
          ['subGroupSize', 'int32'],
        ],
      },
    ],
    ['volumeClaimTemplates', { items: { fields: [] } }],
    [
      'persistentVolumeClaimRetentionPolicy',
      {
        fields: [
          ['whenDeleted', 'string'],
          ['whenScaled', 'string'],
        ],
      },
    ],
  ],
};

const ROLLOUT_STRATEGY: Shape = {
  fields: [
    ['type', 'string'],
    [
      'rollingUpdateConfiguration',
      {
        fields: [
          ['partition', 'int32'],
          ['maxUnavailable', 'intOrString'],
          ['maxSurge', 'intOrString'],
        ],
      },
    ],
  ],
};

/** The types that a LeaderWorkerSet must have for its webhooks to read it. */
export const LEADER_WORKER_SET_SHAPE: Shape = {
  fields: [
    [
      'metadata',
      {
        fields: [
          ['name', 'string'],
          ['generateName', 'string'],
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
          ['replicas', 'int32'],
          ['leaderWorkerTemplate', LEADER_WORKER_TEMPLATE],
          ['rolloutStrategy', ROLLOUT_STRATEGY],
          ['startupPolicy', 'string'],
          ['networkConfig', { fields: [['subdomainPolicy', 'string']] }],
        ],
      },
    ],
  ],
};
