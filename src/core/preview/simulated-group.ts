/** One group of a simulated rollout. */
export type SimulatedGroup<Template extends string = 'old' | 'new'> = {
  readonly template: Template;
  /** Its leader may be ready before its workers are. */
  readonly leaderReady: boolean;
  readonly ready: boolean;
};

/** How the StatefulSet controller replaces leaders: one by one from the top, or, with its feature gate, as many as its maxUnavailable allows. */
export type Pace = 'oneByOne' | 'maxUnavailable';
