export interface FakeNodes {
  racks?: number;
  nodesPerRack?: number;
  /** The node label that names the rack. */
  rackLabel?: string;
  /** What the names of nodes and racks start with. */
  prefix?: string;
  labels?: Record<string, string>;
  /** Besides, or instead of, what a GPU server has. */
  capacity?: Record<string, string>;
}

export interface FakeNode {
  apiVersion: 'v1';
  kind: 'Node';
  metadata: { name: string; labels: Record<string, string>; annotations: Record<string, string> };
  status: { allocatable: Record<string, string>; capacity: Record<string, string> };
}

const GPU_SERVER = { cpu: '64', memory: '512Gi', pods: '110', 'nvidia.com/gpu': '8' };

/** Returns nodes that kwok plays: by default 32 GPU servers in 4 racks. */
export function buildFakeNodes(options: FakeNodes = {}): FakeNode[] {
  const { racks = 4, nodesPerRack = 8, rackLabel = 'rack', prefix = '', labels = {} } = options;
  const capacity = { ...GPU_SERVER, ...options.capacity };
  return Array.from({ length: racks * nodesPerRack }, (_, index) => {
    const name = `${prefix}node-${index}`;
    const rack = `${prefix}rack-${Math.floor(index / nodesPerRack)}`;
    return {
      apiVersion: 'v1',
      kind: 'Node',
      metadata: {
        name,
        labels: { 'kubernetes.io/hostname': name, [rackLabel]: rack, type: 'kwok', ...labels },
        annotations: { 'kwok.x-k8s.io/node': 'fake', 'node.alpha.kubernetes.io/ttl': '0' },
      },
      status: { allocatable: capacity, capacity },
    };
  });
}
