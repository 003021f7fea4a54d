/** Returns the linker flags that tell a program its Kubernetes version: without, clients that ask for it fail. */
export function versionFlags(version) {
  const [, major, minor] = /^v(\d+)\.(\d+)/.exec(version);
  const values = { gitVersion: version, gitMajor: major, gitMinor: minor };
  return ['k8s.io/component-base/version', 'k8s.io/client-go/pkg/version']
    .flatMap((path) => Object.entries(values).map(([name, value]) => `-X ${path}.${name}=${value}`))
    .join(' ');
}
