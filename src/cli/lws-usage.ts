/** What `lws help` prints. */
export const LWS_USAGE = `lws tells what a LeaderWorkerSet will become before a cluster sees it.

Usage:
  lws render -f FILE      print every object of the sets in FILE, pods included, or why they would be refused
  lws revision -f FILE    print the revisions of the sets in FILE; with a second -f, whether the change rolls pods
  lws plan -f OLD -f NEW  print step by step how the sets would roll from one file to the other
  lws policy test         tell what an admin's policies say of sets
  lws version             print the version
  lws help                print this text

lws COMMAND --help tells more about a command.
`;

/** What `lws render --help` prints. */
export const RENDER_USAGE = `Prints everything that LeaderWorkerSets would become in a cluster, without a cluster: each set with its defaults, its
ControllerRevision, Services and StatefulSets, and every pod with its claims as admission would make it.

Usage:
  lws render -f FILE [-f FILE]... [-o yaml|json] [-n NAMESPACE] [--groups A-B] [--volcano]

Options:
  -f, --filename FILE     YAML or JSON; - is standard input; objects of other kinds are skipped
  -o, --output FORMAT     yaml (default) or json, which is one List
  -n, --namespace NAME    for sets that name no namespace (default: default)
      --groups A-B        print these groups only, or one: --groups 3; needed beyond 1000 pods
      --volcano           as with gang scheduling by Volcano

Refusals and warnings go to standard error. The exit code is 0, 1 when anything would be refused, 2 for wrong usage.
Workers are shown as they will be once their leaders are ready. What only a cluster knows is missing: uids are empty, pods have no
controller-revision-hash and none of Kubernetes' own defaults, and with exclusive topology the workers' nodeSelector holds a text in <> in place of
the domain that their leader will be scheduled to. The output is for reading and comparing, not for applying.
`;

/** What `lws revision --help` prints. */
export const REVISION_USAGE = `Prints name, key and data of the first revision of each LeaderWorkerSet, a JSON line each. With a second file it tells whether changing
the sets to it would roll their pods, and which fields do so.

Usage:
  lws revision -f FILE [-f FILE]

Options:
  -f, --filename FILE     YAML or JSON as the API server returns it, so with all defaults; - is standard input
`;

/** What `lws plan --help` prints. */
export const PLAN_USAGE = `Prints how LeaderWorkerSets would roll from one file to the other, step by step, as the manager decides it: which groups are created,
replaced and removed, how many stay available, and why.

Usage:
  lws plan -f OLD -f NEW [--ready GROUPS] [--feature-gates MaxUnavailableStatefulSet=true] [-o text|json] [-n NAMESPACE]

Options:
  -f, --filename FILE     first the sets as they are, then as they shall be, as YAML or JSON; - is standard input
      --ready GROUPS      the groups that are ready at first, such as 0,2-5, or none (default: all)
      --feature-gates MaxUnavailableStatefulSet=true|false
                          whether the cluster's StatefulSet controller may replace several leaders at a time (default: false)
  -o, --output FORMAT     text (default) or json, a list with an object for each set
  -n, --namespace NAME    for sets that name no namespace (default: default)

The sets are taken to be at rest, with all groups of the old template. Groups that start become ready one after another, in the order in which they
start; those that are not ready at first stay so until they are replaced, and are waited for until nothing else moves. A step is something that
the manager or the StatefulSet controller does; groups that only become ready are told of with the next one. Sets beyond 1000 groups, surge
included, get a summary without steps.

Refusals and warnings go to standard error. The exit code is 0; 1 when a file is no good, a set would be refused, or a rollout would get stuck;
2 for wrong usage.
`;

/** What `lws policy --help` prints. */
export const POLICY_USAGE = `Tells what an admin's policies say of LeaderWorkerSets, without a cluster.

Usage:
  lws policy test -f POLICIES -f OBJECTS [-f FILE]... [--old OBJECTS] [-n NAMESPACE]

Options:
  -f, --filename FILE     policies (a configuration file of the manager, or a file with policies alone) or the sets to judge, as YAML or
                          JSON; - is standard input
      --old FILE          sets as they are before an update: those of the same name and namespace are judged as updates
  -n, --namespace NAME    for sets that name no namespace (default: default)

Prints a line for each set and policy, with the violations below it. The exit code is 0; 1 when a policy denies a set, or when a file, a
policy or a set is no good; 2 for wrong usage.
`;
